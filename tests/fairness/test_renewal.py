"""After the key was changed, the rule of one booking holds again."""

from dataclasses import replace
from datetime import date

import pytest
from django.conf import LazySettings

from reservations.fairness import renewal
from reservations.fairness.errors import AlreadyBooked
from reservations.fairness.keys import person_key
from reservations.fairness.renewal import renew_person_keys
from reservations.fairness.rule import Beside
from reservations.models import Reservation
from tests.fairness.test_one_booking import book
from tests.reservations.town import HANAKO, SYSTEM, TARO, Town


def test_a_changed_key_needs_new_hashes(town: Town, settings: LazySettings) -> None:
    booked = book(town, HANAKO)
    before = booked.person_key
    settings.SECRET_KEY = "another key for this test alone"
    assert renew_person_keys() == 1
    booked.refresh_from_db()
    assert booked.person_key != before
    with pytest.raises(AlreadyBooked):
        book(town, HANAKO)


@pytest.mark.parametrize("rows_at_once", [1, 2, 1000])
def test_of_one_persons_bookings_under_two_keys_the_first_counts(
    town: Town, settings: LazySettings, monkeypatch: pytest.MonkeyPatch, rows_at_once: int
) -> None:
    """Booked before the change of the key and again after it: renewed, both have the same hash."""
    monkeypatch.setattr(renewal, "ROWS_AT_ONCE", rows_at_once)
    first, other = book(town, HANAKO), book(town, TARO)
    settings.SECRET_KEY = "another key for this test alone"
    second = book(town, HANAKO)
    settings.SECRET_KEY = "a third key for this test alone"
    third = book(town, HANAKO)
    assert renew_person_keys() == renew_person_keys() == 4
    held = dict(Reservation.objects.values_list("pk", "exclusive"))
    assert held == {first.pk: True, other.pk: True, second.pk: False, third.pk: False}
    assert len(set(Reservation.objects.values_list("person_key", flat=True))) == 2
    with pytest.raises(AlreadyBooked):
        book(town, HANAKO)


def test_who_was_booked_beside_the_rule_stays_beside_it(town: Town, settings: LazySettings) -> None:
    beside = book(town, HANAKO, by=SYSTEM, beside=next(iter(Beside)))
    own = book(town, HANAKO)
    settings.SECRET_KEY = "another key for this test alone"
    renew_person_keys()
    assert dict(Reservation.objects.values_list("pk", "exclusive")) == {beside.pk: False, own.pk: True}


def test_a_renewal_that_breaks_changes_nothing(
    town: Town, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    bookings = [book(town, HANAKO), book(town, replace(TARO, phone="00055556666"))]
    before = set(Reservation.objects.values_list("pk", "person_key"))
    settings.SECRET_KEY = "another key for this test alone"
    monkeypatch.setattr(renewal, "ROWS_AT_ONCE", 1)

    def breaks_at_the_second(name: str, birth_date: date) -> str:
        if name == bookings[1].name:
            raise RuntimeError
        return person_key(name, birth_date)

    monkeypatch.setattr(renewal, "person_key", breaks_at_the_second)
    with pytest.raises(RuntimeError):
        renew_person_keys()
    assert set(Reservation.objects.values_list("pk", "person_key")) == before
