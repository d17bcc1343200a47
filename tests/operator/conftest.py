"""A made-up city, and people at its desk: an operator, clerks of two offices, a reviewer who has no business there."""

import pytest
from django.test import Client

from accounts.models import User
from accounts.roles import Role
from postoffices.models import Posting
from reservations.actions import Person, reservation_book, seat_hold
from reservations.models import Reservation, Slot
from tests.operator.call import Desk
from tests.people import sign_in, staff_member
from tests.reservations.town import CITIZEN, HANAKO, Book, Town, a_time, make_slot, make_town


@pytest.fixture
def town(db: None) -> Town:
    return make_town()


@pytest.fixture
def slot(town: Town) -> Slot:
    """A week from now at 9: one internal seat, one public."""
    return make_slot(town.office, a_time(), seats=1, internal=1)


@pytest.fixture
def book(town: Town) -> Book:
    """Book a slot as a citizen does. Returns the booking and its link's token."""

    def do(slot: Slot, person: Person = HANAKO) -> tuple[Reservation, str]:
        _, token = seat_hold(slot_id=slot.pk, procedure=town.renewal, by=CITIZEN)
        return reservation_book(token=token, person=person, by=CITIZEN), token

    return do


@pytest.fixture
def operator(town: Town) -> User:
    return staff_member(Role.OPERATOR)


@pytest.fixture
def desk(operator: User) -> Desk:
    return Desk(sign_in(Client(), operator))


def clerk_desk(town: Town, *, own: bool) -> Desk:
    user = staff_member(Role.CLERK, "own" if own else "other")
    Posting.objects.create(user=user, office=town.office if own else town.elsewhere)
    return Desk(sign_in(Client(), user))


@pytest.fixture
def own_clerk(town: Town) -> Desk:
    return clerk_desk(town, own=True)


@pytest.fixture
def other_clerk(town: Town) -> Desk:
    return clerk_desk(town, own=False)
