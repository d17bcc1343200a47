"""The limits on guessing hold when the guesses come all at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.cache import cache
from django.db import connection

from reservations.citizen.attempts import PLACES_PER_NUMBER, SECONDS, TooManyAttempts, attempt_begin

pytestmark = pytest.mark.django_db(transaction=True)

AT_ONCE = 12


def begins(begin: Callable[[], object]) -> int:
    """How many of AT_ONCE people who press at the same moment may try."""
    together = Barrier(AT_ONCE)

    def press(_person: int) -> bool:
        together.wait()
        try:
            begin()
        except TooManyAttempts:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(AT_ONCE) as people:
        return sum(people.map(press, range(AT_ONCE)))


def test_no_more_than_the_places_of_a_number_try_at_once() -> None:
    addresses = iter([f"192.0.2.{last}" for last in range(AT_ONCE)])
    assert begins(lambda: attempt_begin(number="123456782", address=next(addresses))) == PLACES_PER_NUMBER


def test_counting_after_the_look_would_let_more_through() -> None:
    """The canary: read, compare, write is what the places replace."""
    looked = Barrier(AT_ONCE)

    def unguarded() -> None:
        failures = cache.get("unguarded", 0)
        looked.wait()
        if failures >= PLACES_PER_NUMBER:
            raise TooManyAttempts
        cache.set("unguarded", failures + 1, SECONDS)

    assert begins(unguarded) > PLACES_PER_NUMBER


def test_places_come_back_after_a_right_answer() -> None:
    for _time in range(PLACES_PER_NUMBER + 1):
        attempt_begin(number="123456782", address="192.0.2.1").succeed()


def test_neither_number_nor_address_is_kept_readable() -> None:
    attempt_begin(number="123456782", address="192.0.2.1")
    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key FROM cache")
        keys = " ".join(row[0] for row in cursor.fetchall())
    assert "find:" in keys
    assert "123456782" not in keys
    assert "192.0.2.1" not in keys
