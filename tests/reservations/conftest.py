"""A made-up city of two offices, for every test of bookings."""

from dataclasses import replace
from itertools import chain, count
from typing import Any

import pytest

from reservations.actions import Person, reservation_book, seat_hold
from reservations.models import Reservation, Slot
from tests.reservations.town import CITIZEN, HANAKO, Book, Town, make_town


@pytest.fixture
def town(db: None) -> Town:
    return make_town()


@pytest.fixture
def book(town: Town) -> Book:
    """Book a slot as a citizen does: hold, then confirm. Returns the booking and its link's token.

    Nobody named: first Hanako, then others, because everybody has one booking only.
    """
    others = (replace(HANAKO, name=f"見本 {number}", phone=f"000{number:08d}", email="") for number in count(1))
    people = chain([HANAKO], others)

    def do(slot: Slot, person: Person | None = None, **more: Any) -> tuple[Reservation, str]:
        _, token = seat_hold(slot_id=slot.pk, procedure=town.renewal, by=CITIZEN)
        return reservation_book(token=token, person=person or next(people), by=CITIZEN, **more), token

    return do
