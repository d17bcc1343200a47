"""Rates that a carrier's shared address does not trip, and a bot does."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from reservations.fairness.errors import TooOften
from reservations.fairness.keys import network_key
from reservations.fairness.limits import book_from, forget_old, hold_from, hold_was_booked
from reservations.fairness.records import Bucket, Step

pytestmark = pytest.mark.django_db
CARRIER, BOT = "198.51.100.7", "203.0.113.9"


def tries(address: str, wanted: int) -> int:
    """How many of the wanted holds pass."""
    passed = 0
    for _ in range(wanted):
        try:
            hold_from(address)
        except TooOften:
            continue
        passed += 1
    return passed


def test_two_hundred_people_behind_one_address_all_pass() -> None:
    with time_machine.travel(timezone.now(), tick=False):
        for number in range(200):
            hold_from(CARRIER)
            book_from(CARRIER, phone=f"000{number:08d}", email="")
            hold_was_booked(CARRIER, hashed="")
        assert tries(CARRIER, 100) == 100


def test_a_bot_that_only_holds_runs_dry_and_others_do_not_notice() -> None:
    with time_machine.travel(timezone.now(), tick=False):
        assert tries(BOT, 310) == 300
        assert tries(CARRIER, 5) == 5


def test_one_contact_has_few_tries_wherever_it_comes_from() -> None:
    with time_machine.travel(timezone.now(), tick=False):
        for number in range(10):
            book_from(f"198.51.{number}.1", phone="00012345678", email="")
        with pytest.raises(TooOften):
            book_from("198.51.200.1", phone="00012345678", email="")


def test_time_fills_the_bucket_again() -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        assert tries(BOT, 301) == 300
        clock.shift(timedelta(minutes=1))
        assert tries(BOT, 31) == 30


def test_a_network_is_one_bucket_and_the_next_one_another() -> None:
    assert network_key("198.51.100.7") == network_key("198.51.100.250") == network_key("::ffff:198.51.100.7")
    assert network_key("198.51.100.7") != network_key("198.51.101.7")
    assert network_key("2001:db8:1:2::1") == network_key("2001:db8:1:2:ffff::9")
    assert network_key("2001:db8:1:2::1") != network_key("2001:db8:1:3::1")


def test_what_is_kept_is_counted_by_day_without_the_address() -> None:
    tries(BOT, 302)
    kept = Bucket.objects.get(step=Step.HOLD)
    assert kept.allowed >= 300
    assert BOT not in str(vars(kept))


def test_old_buckets_are_forgotten() -> None:
    with time_machine.travel(timezone.now() - timedelta(days=3)):
        hold_from(CARRIER)
    hold_from(BOT)
    assert forget_old() == 1
