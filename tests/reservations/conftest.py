"""A made-up city of two offices, for every test of bookings."""

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
    """Book a slot as a citizen does: hold, then confirm. Returns the booking and its link's token."""

    def do(slot: Slot, person: Person = HANAKO, **more: Any) -> tuple[Reservation, str]:
        _, token = seat_hold(slot_id=slot.pk, procedure=town.renewal, by=CITIZEN)
        return reservation_book(token=token, person=person, by=CITIZEN, **more), token

    return do
