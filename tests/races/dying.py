"""A process that dies at a named point: where it waits for a row or table that the test has locked."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet

from tests.reservations.test_races import in_own_connection

PATIENCE_SECONDS = 30
SESSIONS = """
    SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
      AND backend_type = 'client backend' AND {what}
"""


def row(held: QuerySet[Any]) -> Callable[[], object]:
    """Whoever writes or locks this one row waits."""
    return lambda: held.select_for_update(of=("self",)).get()


def table(name: str) -> Callable[[], object]:
    """Whoever writes into the table waits."""

    def lock() -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {name} IN SHARE MODE")

    return lock


def killed_at(lock: Callable[[], object], act: Callable[[], Any], kill: Callable[[], None]) -> Any:
    """Let `act` run into what `lock` takes; `kill` its process there. What `act` answered or raised.

    Returns when PostgreSQL has noticed that nobody is there any more, and has undone what was left open.
    """
    with ThreadPoolExecutor(1) as thread:
        with transaction.atomic():
            lock()
            answer = thread.submit(in_own_connection, act)
            _wait_until_blocked()
            [waiting] = _sessions("wait_event_type = 'Lock'")
            kill()
        _wait_until_gone(waiting)
        raised = answer.exception(PATIENCE_SECONDS)
        return raised or answer.result()


def _sessions(what: str) -> list[int]:
    with connection.cursor() as cursor:
        # Within a transaction the list of sessions would stay as it was first seen, without those that came later.
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(SESSIONS.format(what=what))
        return [pid for (pid,) in cursor.fetchall()]


def _wait_until_blocked() -> None:
    give_up = time.monotonic() + PATIENCE_SECONDS
    while not _sessions("wait_event_type = 'Lock'"):
        assert time.monotonic() < give_up, "nothing waited for the lock"
        time.sleep(0.02)


def _wait_until_gone(pid: int) -> None:
    give_up = time.monotonic() + PATIENCE_SECONDS
    while _sessions(f"pid = {pid}"):
        assert time.monotonic() < give_up, "the dead process's session did not end"
        time.sleep(0.02)
