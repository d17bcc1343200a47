"""Two connections at once. One test shows that the fault is real when the guard is off."""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Barrier, Event
from typing import Any

import pytest
from django.db import connection, connections, transaction

from reservations.actions import (
    holds_release_expired,
    reservation_book,
    reservation_cancel,
    reservation_move,
    seat_hold,
)
from reservations.errors import SlotFull
from reservations.models import CancelReason, Hold, Reservation, Slot
from tests.reservations.town import CITIZEN, HANAKO, SYSTEM, TARO, Town, a_time, make_slot, make_town

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE_SECONDS = 30


@pytest.fixture
def town(transactional_db: None) -> Town:
    return make_town()


def in_own_connection(work: Callable[[], Any]) -> Any:
    """Run in a thread, whose connection is its own, and close that."""
    try:
        return work()
    finally:
        connections.close_all()


class Rival:
    """A transaction that has done its work and stays open until told to end."""

    def __init__(self, work: Callable[[], Any], *, commits: bool = True) -> None:
        self.work = work
        self.commits = commits
        self.worked = Event()
        self.may_end = Event()

    def run(self) -> Any:
        try:
            with transaction.atomic():
                result = self.work()
                self.worked.set()
                assert self.may_end.wait(PATIENCE_SECONDS)
                transaction.set_rollback(not self.commits)
                return result
        finally:
            self.worked.set()


def wait_until_blocked(later: Future[Any]) -> None:
    """Until the other transaction waits for a lock, or is done without one."""
    give_up = time.monotonic() + PATIENCE_SECONDS
    with connection.cursor() as cursor:
        while not later.done() and time.monotonic() < give_up:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
            )
            if cursor.fetchone()[0]:
                return


def race(rival: Rival, second: Callable[[], Any]) -> tuple[Any, Future[Any]]:
    """`second` runs while the rival's transaction is open; the rival ends when `second` waits for it."""
    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(in_own_connection, rival.run)
        assert rival.worked.wait(PATIENCE_SECONDS)
        later = threads.submit(in_own_connection, second)
        wait_until_blocked(later)
        rival.may_end.set()
        later.exception(PATIENCE_SECONDS)
        return first.result(PATIENCE_SECONDS), later


def hold(town: Town, slot: Slot) -> str:
    return seat_hold(slot_id=slot.pk, procedure=town.renewal, by=CITIZEN)[1]


def taken(slot: Slot) -> int:
    return Slot.objects.get(pk=slot.pk).public_taken


def test_two_people_never_get_the_same_last_seat(town: Town) -> None:
    slot = make_slot(town.office)
    _, later = race(Rival(lambda: hold(town, slot)), lambda: hold(town, slot))
    assert isinstance(later.exception(), SlotFull)
    assert Hold.objects.count() == taken(slot) == 1


def test_a_seat_that_the_first_gives_up_goes_to_the_second(town: Town) -> None:
    slot = make_slot(town.office)
    _, later = race(Rival(lambda: hold(town, slot), commits=False), lambda: hold(town, slot))
    assert later.exception() is None
    assert Hold.objects.count() == taken(slot) == 1


def test_without_the_guard_the_same_race_oversells(town: Town) -> None:
    """The canary: read, compare, write. Both believe they have the one seat."""
    slot = make_slot(town.office)
    both_have_read = Barrier(2)

    def take_unguarded() -> bool:
        seen = Slot.objects.get(pk=slot.pk)
        if seen.public_taken >= seen.public_seats:
            return False
        both_have_read.wait(PATIENCE_SECONDS)
        seen.public_taken += 1
        seen.save()
        return True

    with ThreadPoolExecutor(2) as threads:
        results = [threads.submit(in_own_connection, take_unguarded) for _ in range(2)]
        sold = sum(result.result() for result in results)
    assert (sold, slot.public_seats) == (2, 1)


def test_eight_people_after_three_seats(town: Town) -> None:
    slot = make_slot(town.office, seats=3)
    with ThreadPoolExecutor(8) as threads:
        results = [threads.submit(in_own_connection, lambda: hold(town, slot)) for _ in range(8)]
        errors = [result.exception() for result in results]
    assert sum(error is None for error in errors) == 3
    assert sum(isinstance(error, SlotFull) for error in errors) == 5
    assert Hold.objects.count() == taken(slot) == 3


def test_the_same_form_sent_twice_at_once_books_once(town: Town) -> None:
    slot = make_slot(town.office, seats=2)
    token = hold(town, slot)

    def confirm() -> Reservation:
        return reservation_book(token=token, person=TARO, by=CITIZEN)

    first, later = race(Rival(confirm), confirm)
    assert later.result() == first
    assert Reservation.objects.count() == taken(slot) == 1


def test_the_sweeper_leaves_a_hold_that_is_being_booked(town: Town) -> None:
    slot = make_slot(town.office)
    token = hold(town, slot)
    Hold.objects.update(expires_at=a_time(-1))
    confirm = Rival(lambda: reservation_book(token=token, person=TARO, by=CITIZEN))
    _, swept = race(confirm, lambda: holds_release_expired(by=SYSTEM))
    assert swept.result() == 0
    assert Reservation.objects.count() == taken(slot) == 1


def test_the_same_move_sent_twice_at_once_moves_once(town: Town) -> None:
    old, new = make_slot(town.office), make_slot(town.office, a_time(hour=10))
    reservation = reservation_book(token=hold(town, old), person=TARO, by=CITIZEN)
    token = hold(town, new)

    def move() -> Reservation:
        return reservation_move(reservation=reservation, token=token, by=CITIZEN)

    _, later = race(Rival(move), move)
    assert later.result().changes == 1
    assert (taken(old), taken(new)) == (0, 1)


def test_two_bookings_that_change_places_do_not_lock_each_other(town: Town) -> None:
    early, late = make_slot(town.office, seats=2), make_slot(town.office, a_time(hour=10), seats=2)
    first = reservation_book(token=hold(town, early), person=TARO, by=CITIZEN)
    second = reservation_book(token=hold(town, late), person=HANAKO, by=CITIZEN)
    to_late, to_early = hold(town, late), hold(town, early)
    _, later = race(
        Rival(lambda: reservation_move(reservation=first, token=to_late, by=CITIZEN)),
        lambda: reservation_move(reservation=second, token=to_early, by=CITIZEN),
    )
    assert later.result().slot == early
    assert (taken(early), taken(late)) == (1, 1)


def test_cancelling_twice_at_once_gives_one_seat_back(town: Town) -> None:
    slot = make_slot(town.office, seats=2)
    reservation = reservation_book(token=hold(town, slot), person=TARO, by=CITIZEN)
    reservation_book(token=hold(town, slot), person=HANAKO, by=CITIZEN)

    def cancel() -> Reservation:
        return reservation_cancel(reservation=reservation, reason=CancelReason.OTHER, by=CITIZEN)

    _, later = race(Rival(cancel), cancel)
    assert later.result().state == "cancelled"
    assert taken(slot) == 1


def test_who_cancels_while_the_time_is_being_moved_cancels_the_new_time(town: Town) -> None:
    old, new = make_slot(town.office), make_slot(town.office, a_time(hour=10))
    booked = reservation_book(token=hold(town, old), person=HANAKO, by=CITIZEN)
    wish = hold(town, new)
    moving = Rival(lambda: reservation_move(reservation=booked, token=wish, by=CITIZEN))
    _, later = race(moving, lambda: reservation_cancel(reservation=booked, reason=CancelReason.SCHEDULE, by=CITIZEN))
    assert later.exception() is None
    assert Reservation.objects.get().state == "cancelled"
    assert (taken(old), taken(new)) == (0, 0)
