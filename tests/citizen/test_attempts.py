"""The limits on guessing hold when the guesses come all at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from threading import Barrier

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.utils import timezone

from reservations.citizen.attempts import (
    DAY_SECONDS,
    PLACES_PER_NUMBER,
    PLACES_PER_NUMBER_A_DAY,
    SECONDS,
    NumberClosed,
    TooManyAttempts,
    attempt_begin,
)

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
    """All from one network, whose addresses are somebody's to choose."""
    addresses = iter([f"192.0.2.{last}" for last in range(AT_ONCE)])
    assert begins(lambda: attempt_begin(number="123456782", address=next(addresses))) == PLACES_PER_NUMBER


def test_a_stranger_who_knows_the_number_does_not_keep_its_owner_out() -> None:
    for _time in range(PLACES_PER_NUMBER):
        attempt_begin(number="123456782", address="192.0.2.1")
    with pytest.raises(TooManyAttempts):
        attempt_begin(number="123456782", address="192.0.2.77")
    attempt_begin(number="123456782", address="198.51.100.1").succeed()


def test_guessing_from_many_networks_ends_for_the_day() -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for network in range(PLACES_PER_NUMBER_A_DAY):
            attempt_begin(number="123456782", address=f"10.0.{network}.1")
        clock.shift(timedelta(seconds=SECONDS + 1))
        with pytest.raises(NumberClosed):
            attempt_begin(number="123456782", address="198.51.100.1")
        clock.shift(timedelta(seconds=DAY_SECONDS))
        attempt_begin(number="123456782", address="198.51.100.1")


def test_tries_that_are_stopped_use_up_nothing_of_the_numbers_day() -> None:
    for _time in range(PLACES_PER_NUMBER_A_DAY):
        with suppress(TooManyAttempts):
            attempt_begin(number="123456782", address="192.0.2.1")
    attempt_begin(number="123456782", address="198.51.100.1")


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
