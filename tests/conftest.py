"""What every test stands on: no network, and a database that can be emptied between tests."""

import pytest
from django.db import connection
from pytest_django.plugin import DjangoDbBlocker

pytest_plugins = [
    "tests.fixtures.network",
    "tests.fixtures.database",
    "tests.fixtures.mail",
    "tests.fixtures.site",
    "tests.fixtures.chromium",
    "tests.fixtures.city",
    "tests.fixtures.audit",
    "tests.fixtures.counter",
    "tests.fixtures.clamd",
]

# pg_trigger.tgtype has this bit for triggers on TRUNCATE.
TRUNCATE_TRIGGERS = """
    SELECT tgrelid::regclass::text, quote_ident(tgname) FROM pg_trigger
    WHERE NOT tgisinternal AND tgtype & 32 <> 0 AND tgname LIKE '%%no_truncate'
"""


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Let tests with real transactions empty all tables afterwards.

    Only the triggers against TRUNCATE rest, and only here. Tests of these triggers switch them on themselves.
    """
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(TRUNCATE_TRIGGERS)
        for table, trigger in cursor.fetchall():
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}")
