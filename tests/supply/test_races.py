"""Changes of supply while people book: two real connections, and a canary that shows the fault without the locks."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from threading import Event

import pytest
from django.db import OperationalError, connection, transaction

from postoffices.models import DayOpening, DayRule
from reservations.actions import reservation_book, reservation_cancel, reservation_move, seat_hold
from reservations.errors import HoldExpired, SlotFull
from reservations.models import CancelReason, Hold, Reservation, ReservationState, Slot
from reservations.supply import actions, occupancy
from reservations.supply.actions import slots_refit, stop_lift
from reservations.supply.errors import SupplyBusy
from reservations.supply.occupancy import occupied
from reservations.supply.plan import SupplyPlan
from tests.reservations.test_races import PATIENCE_SECONDS, Rival, hold, in_own_connection, race, wait_until_blocked
from tests.reservations.town import CITIZEN, TARO, Town, make_town
from tests.supply.bureau import BUREAU, a_monday, assert_counters_tell_the_truth, open_days, stop

pytestmark = pytest.mark.django_db(transaction=True)
SHORT_SECONDS, LONG_SECONDS = 3, 60


@pytest.fixture
def town(transactional_db: None) -> Town:
    return make_town()


@pytest.fixture
def slot(town: Town) -> Slot:
    """A slot of two seats on a day that the bureau has decided to close, before anything was brought to it."""
    slot = open_days(town, a_monday())[0]
    DayRule.objects.create(office=town.office, day=a_monday(), opening=DayOpening.CLOSED, reason="休み")
    return slot


def close(town: Town) -> SupplyPlan:
    return slots_refit(offices=[town.office], first=a_monday(), last=a_monday(), reason="休み", by=BUREAU)


def book(token: str) -> Reservation:
    return reservation_book(token=token, person=TARO, by=CITIZEN)


def test_a_booking_that_is_being_confirmed_is_orphaned_and_not_forgotten(town: Town, slot: Slot) -> None:
    token = hold(town, slot)
    booking, later = race(Rival(lambda: book(token)), lambda: close(town))
    assert later.result().orphaned == [booking.pk]
    booking.refresh_from_db()
    assert booking.state == ReservationState.ORPHANED
    assert_counters_tell_the_truth()


def test_a_hold_whose_slot_has_just_closed_cannot_be_booked(town: Town, slot: Slot) -> None:
    token = hold(town, slot)
    _, later = race(Rival(lambda: close(town)), lambda: book(token))
    assert isinstance(later.exception(), HoldExpired)
    assert not Reservation.objects.exists()
    assert_counters_tell_the_truth()


def test_nobody_gets_a_seat_of_a_slot_that_is_closing(town: Town, slot: Slot) -> None:
    book(hold(town, slot))
    _, later = race(Rival(lambda: close(town)), lambda: hold(town, slot))
    assert isinstance(later.exception(), SlotFull)
    assert not Hold.objects.exists()
    assert_counters_tell_the_truth()


def test_a_seat_taken_in_between_is_seen(town: Town, slot: Slot) -> None:
    _, later = race(Rival(lambda: hold(town, slot)), lambda: close(town))
    assert len(later.result().released) == 1
    assert_counters_tell_the_truth()


def test_without_the_locks_the_same_race_loses_a_seat(town: Town, slot: Slot, monkeypatch: pytest.MonkeyPatch) -> None:
    """The canary: counters written from what was read before somebody else's seat."""
    book(hold(town, slot))
    monkeypatch.setattr(actions, "occupied_locked", occupied)
    race(Rival(lambda: hold(town, slot)), lambda: close(town))
    with pytest.raises(AssertionError):
        assert_counters_tell_the_truth()


def test_cancelling_and_closing_do_not_lock_each_other(town: Town, slot: Slot) -> None:
    booking = book(hold(town, slot))
    cancel = partial(reservation_cancel, reservation=booking, reason=CancelReason.OTHER, by=CITIZEN)
    _, later = race(Rival(cancel), lambda: close(town))
    assert later.result().orphaned == []
    assert_counters_tell_the_truth()


def test_closing_first_leaves_the_cancelling_its_orphan(town: Town, slot: Slot) -> None:
    booking = book(hold(town, slot))
    cancel = partial(reservation_cancel, reservation=booking, reason=CancelReason.OTHER, by=CITIZEN)
    _, later = race(Rival(lambda: close(town)), cancel)
    assert later.result().state == ReservationState.CANCELLED
    assert_counters_tell_the_truth()


def test_lifting_waits_for_holds_without_keeping_bookings_from_their_people(town: Town) -> None:
    """Who moves has the new hold and then asks for the booking: with that locked, each would wait for the other."""
    first, *_, last = open_days(town, a_monday())
    booking = book(hold(town, first))
    held = stop(town.office, first.starts_at, first.ends_at)
    token = hold(town, last)

    def move() -> Reservation:
        Hold.objects.select_for_update().get(slot=last)
        moving.set()
        assert lifting.wait(PATIENCE_SECONDS)
        return reservation_move(reservation=booking, token=token, by=CITIZEN)

    moving, lifting = Event(), Event()
    with ThreadPoolExecutor(2) as threads:
        mover = threads.submit(in_own_connection, transaction.atomic(move))
        assert moving.wait(PATIENCE_SECONDS)
        lifter = threads.submit(in_own_connection, lambda: stop_lift(stop=held, give_back=True, by=BUREAU))
        wait_until_blocked(lifter)
        lifting.set()
        assert mover.result(PATIENCE_SECONDS).slot_id == last.pk
        assert lifter.result(PATIENCE_SECONDS) == 0
    assert_counters_tell_the_truth()


def ring_of_locks(town: Town, slot: Slot) -> tuple[Future[None], Future[SupplyPlan]]:
    """Somebody has the slot and then asks for a hold that the change of supply has: one of the two must give way.

    PostgreSQL ends the one whose timeout comes first, and that is the change. The timeouts are set apart: on a busy
    machine the two may begin to wait more than a second after each other.
    """
    hold(town, slot)
    has_slot, asked = Event(), Event()

    def against_the_order() -> None:
        notice_a_ring_after(LONG_SECONDS)
        Slot.objects.select_for_update().get(pk=slot.pk)
        has_slot.set()
        assert asked.wait(PATIENCE_SECONDS)
        list(Hold.objects.select_for_update())

    def closing() -> SupplyPlan:
        notice_a_ring_after(SHORT_SECONDS)
        return close(town)

    with ThreadPoolExecutor(2) as threads:
        other = threads.submit(in_own_connection, transaction.atomic(against_the_order))
        assert has_slot.wait(PATIENCE_SECONDS)
        change = threads.submit(in_own_connection, closing)
        wait_until_blocked(change)
        asked.set()
    return other, change


def notice_a_ring_after(seconds: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('deadlock_timeout', %s, false)", [f"{seconds}s"])


def test_a_change_that_gives_way_in_a_ring_of_locks_begins_again(town: Town, slot: Slot) -> None:
    other, change = ring_of_locks(town, slot)
    assert other.exception() is None
    assert len(change.result().released) == 1
    assert_counters_tell_the_truth()


def test_without_another_try_the_change_is_lost(town: Town, slot: Slot, monkeypatch: pytest.MonkeyPatch) -> None:
    """The canary: the ring is real, and it is the change that gives way."""
    monkeypatch.setattr(occupancy, "WORTH_ANOTHER_TRY", frozenset())
    other, change = ring_of_locks(town, slot)
    assert other.exception() is None
    assert isinstance(change.exception(), OperationalError)


def test_two_edits_at_once_come_one_after_the_other(town: Town, slot: Slot) -> None:
    booking = book(hold(town, slot))
    first, later = race(Rival(lambda: close(town)), lambda: close(town))
    assert (first.orphaned, later.result().orphaned) == ([booking.pk], [])
    assert_counters_tell_the_truth()


def test_who_comes_between_two_locks_is_not_waited_for(town: Town, slot: Slot, monkeypatch: pytest.MonkeyPatch) -> None:
    """A hold made after the holds were locked, and being booked: waiting for it would end in a ring of locks."""
    attempts: list[int] = []
    real_keys: Callable[..., set[int]] = occupancy._keys

    def keys_blind_for_holds(rows: object) -> set[int]:
        """As if every hold had come after the first lock."""
        if getattr(rows, "model", None) is Hold and not rows.query.select_for_update_nowait:  # type: ignore[attr-defined]
            attempts.append(1)
            return set()
        return real_keys(rows)

    monkeypatch.setattr(occupancy, "_keys", keys_blind_for_holds)
    token = hold(town, slot)
    rival = Rival(lambda: Hold.objects.select_for_update().get(slot=slot))
    with pytest.raises(SupplyBusy):
        race(rival, lambda: close(town))[1].result()
    assert len(attempts) == occupancy.ATTEMPTS
    assert book(token).slot_id == slot.pk
    with transaction.atomic():
        seat_hold(slot_id=slot.pk, procedure=town.renewal, by=CITIZEN)
    assert_counters_tell_the_truth()
