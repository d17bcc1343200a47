"""The role that the product signs in with works in every table, but cannot change what was written to the log."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from audit.actions import record, seal
from audit.actors import Actor
from audit.models import AuditEvent, AuditSeal
from vault.models import Bucket

pytestmark = pytest.mark.django_db

ROLE = "plain_role_of_a_test"
SYSTEM = Actor.system("tests")


@pytest.fixture
def plain_role() -> None:
    """A fresh role; the test's transaction takes it back."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE ROLE {ROLE}")
    call_command("grant_access", ROLE, verbosity=0)


@contextmanager
def acting_as_product() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {ROLE}")
        yield
        cursor.execute("RESET ROLE")


def write_event() -> None:
    with transaction.atomic():
        record(action="test.happened", subject=Bucket(pk=7), by=SYSTEM)


@pytest.mark.requirement("kitakyushu-29")
@pytest.mark.parametrize("model", [AuditEvent, AuditSeal])
@pytest.mark.parametrize(
    "change",
    [
        "UPDATE {} SET id = id",
        "DELETE FROM {}",
        "TRUNCATE {}",
        "ALTER TABLE {} DISABLE TRIGGER audit_no_change",
        "ALTER TABLE {} DISABLE TRIGGER ALL",
        "DROP TABLE {} CASCADE",
    ],
)
def test_the_product_cannot_change_the_log_nor_lift_its_guard(
    plain_role: None, model: type[AuditEvent | AuditSeal], change: str
) -> None:
    write_event()
    seal(by=SYSTEM)
    # Refused for want of the right, before any trigger is asked.
    refused = pytest.raises(DatabaseError, match=r"permission denied|must be owner")
    with acting_as_product(), connection.cursor() as cursor, refused, transaction.atomic():
        cursor.execute(change.format(model._meta.db_table))
    assert model.objects.count() == 1


def test_the_product_writes_and_seals_as_a_plain_role(plain_role: None) -> None:
    with acting_as_product():
        write_event()
        seal(by=SYSTEM)
        Bucket.objects.all().delete()
    assert (AuditEvent.objects.count(), AuditSeal.objects.count()) == (1, 1)


def test_every_table_is_granted_but_the_list_of_migrations_is_only_read(plain_role: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT tablename, has_table_privilege(%(role)s, quote_ident(tablename), 'UPDATE')
              FROM pg_tables WHERE schemaname = 'public'
            """,
            {"role": ROLE},
        )
        fixed = {table for table, may_change in cursor.fetchall() if not may_change}
    assert fixed == {"audit_auditevent", "audit_auditseal", "django_migrations"}


@pytest.mark.parametrize(("role", "said"), [("nobody_by_that_name", "no role"), ("", "no role")])
def test_an_unknown_role_is_named(role: str, said: str) -> None:
    with pytest.raises(CommandError, match=said):
        call_command("grant_access", role)


def test_an_owner_is_refused_as_the_products_role() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        owner = cursor.fetchone()[0]
    with pytest.raises(CommandError, match="owns the tables"):
        call_command("grant_access", owner)
