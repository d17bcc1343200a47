"""Waiting for a procedure that takes two slots: offered when both are free, and never the half of it."""

import pytest
from django.utils import timezone

from postoffices.models import Procedure
from reservations.actions import hold_release, seat_hold
from reservations.models import Slot, Waiter, WaitState
from reservations.tasks import offer_seats
from reservations.waiting_list.offers import has_free_seats
from tests.reservations.town import CITIZEN, Town, seats_kept, slots_in_a_row
from tests.waiting_list.queue import waiting

pytestmark = pytest.mark.django_db


@pytest.fixture
def long(town: Town) -> Procedure:
    town.other.units = 2
    town.other.save()
    town.office.procedures.add(town.other)
    return town.other


@pytest.fixture
def slots(town: Town) -> list[Slot]:
    return slots_in_a_row(town.office, 1, 1)


def test_half_of_the_time_is_no_offer_and_the_whole_is(town: Town, slots: list[Slot], long: Procedure) -> None:
    _, token = seat_hold(slot_id=slots[1].pk, procedure=town.renewal, by=CITIZEN)
    waiter = waiting(town, procedure=long)
    offer_seats()
    assert Waiter.objects.get().state == WaitState.WAITING
    hold_release(token=token, by=CITIZEN)
    offer_seats()
    waiter.refresh_from_db()
    assert (waiter.state, waiter.slot_id) == (WaitState.OFFERED, slots[0].pk)
    assert [seats_kept(slot, "public") for slot in slots] == [1, 1]


def test_somebody_with_a_short_visit_is_not_held_up_by_a_long_one(
    town: Town, slots: list[Slot], long: Procedure
) -> None:
    seat_hold(slot_id=slots[1].pk, procedure=town.renewal, by=CITIZEN)
    waiting(town, procedure=long)
    short = waiting(town)
    offer_seats()
    short.refresh_from_db()
    assert short.state == WaitState.OFFERED


def test_a_time_of_which_only_half_is_free_keeps_nobody_from_waiting(
    town: Town, slots: list[Slot], long: Procedure
) -> None:
    day = timezone.localdate(slots[0].starts_at)
    wish = Waiter(procedure=long, office=town.office, first_day=day, last_day=day)
    assert has_free_seats(wish)
    seat_hold(slot_id=slots[1].pk, procedure=town.renewal, by=CITIZEN)
    assert not has_free_seats(wish)
