"""A kept connection is looked at before a page uses it, without asking the server."""

import psycopg
import pytest
from django.core.signals import request_started
from django.db import connection, connections
from django.db.utils import OperationalError

from config.postgresql.base import DatabaseWrapper

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_product_uses_it() -> None:
    assert isinstance(connections["default"], DatabaseWrapper)


def test_a_connection_that_stands_is_usable() -> None:
    connection.ensure_connection()
    assert connection.is_usable()


def test_one_that_the_server_has_ended_is_replaced_before_a_page_uses_it() -> None:
    connection.ensure_connection()
    ended = connection.connection
    end_it(ended)
    assert not connection.is_usable()
    request_started.send(sender=None, environ={})
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    assert connection.connection is not ended


def test_without_the_look_the_page_would_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    """The canary: an ended connection breaks the first statement of a page that trusts it."""
    connection.ensure_connection()
    end_it(connection.connection)
    monkeypatch.setattr(DatabaseWrapper, "is_usable", lambda self: True)
    with pytest.raises(OperationalError), connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    connection.close()


def end_it(held: "psycopg.Connection[object]") -> None:
    """What a restart of PostgreSQL does to its connections."""
    own = connection.settings_dict
    address = f"host={own['HOST']} user={own['USER']} dbname={own['NAME']}"
    with psycopg.connect(address, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [held.info.backend_pid])
