"""Every pair of states: what is not listed as a move is refused."""

from itertools import product

import pytest
from django.db import IntegrityError, transaction

from reservations.actions import reservation_mark_no_show, reservation_mark_visited, reservation_restore
from reservations.actions.states import state_move
from reservations.errors import StateNotAllowed
from reservations.models import Reservation, ReservationState
from tests.reservations.town import SYSTEM, Book, Town, make_slot

S = ReservationState
ALLOWED = {
    (S.CONFIRMED, S.CANCELLED),
    (S.CONFIRMED, S.VISITED),
    (S.CONFIRMED, S.NO_SHOW),
    (S.CONFIRMED, S.ORPHANED),
    (S.ORPHANED, S.CONFIRMED),
    (S.ORPHANED, S.CANCELLED),
    (S.NO_SHOW, S.CONFIRMED),
    (S.NO_SHOW, S.VISITED),
}


@pytest.mark.parametrize(("before", "after"), list(product(S, S)))
def test_every_pair_of_states(before: ReservationState, after: ReservationState) -> None:
    reservation = Reservation(state=before)
    if (before, after) in ALLOWED:
        state_move(reservation, after)
        assert reservation.state == after
    else:
        with pytest.raises(StateNotAllowed):
            state_move(reservation, after)
        assert reservation.state == before


def test_a_person_who_comes_after_all(town: Town, book: Book) -> None:
    reservation, _ = book(make_slot(town.office))
    assert reservation_mark_no_show(reservation=reservation, by=SYSTEM).state == S.NO_SHOW
    assert reservation_restore(reservation=reservation, by=SYSTEM).state == S.CONFIRMED
    assert reservation_mark_visited(reservation=reservation, by=SYSTEM).state == S.VISITED
    with pytest.raises(StateNotAllowed):
        reservation_mark_no_show(reservation=reservation, by=SYSTEM)


def test_an_orphaned_booking_is_not_restored_without_a_seat(town: Town, book: Book) -> None:
    reservation, _ = book(make_slot(town.office))
    Reservation.objects.update(state=S.ORPHANED)
    with pytest.raises(StateNotAllowed):
        reservation_restore(reservation=reservation, by=SYSTEM)


def test_the_state_decided_is_the_one_in_the_database(town: Town, book: Book) -> None:
    """An object read before somebody else's change decides nothing."""
    stale, _ = book(make_slot(town.office))
    reservation_mark_visited(reservation=Reservation.objects.get(pk=stale.pk), by=SYSTEM)
    assert stale.state == S.CONFIRMED
    with pytest.raises(StateNotAllowed):
        reservation_mark_no_show(reservation=stale, by=SYSTEM)


@pytest.mark.parametrize("wrong", [{"public_taken": 3}, {"internal_taken": 1}, {"public_seats": 0, "public_taken": 1}])
def test_the_database_itself_refuses_more_seats_than_there_are(town: Town, wrong: dict[str, int]) -> None:
    slot = make_slot(town.office, seats=2)
    with pytest.raises(IntegrityError, match="within_seats"), transaction.atomic():
        type(slot).objects.filter(pk=slot.pk).update(**wrong)
