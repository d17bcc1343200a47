"""Seats that an edit makes free go to those who wait, before anybody else can look."""

from datetime import timedelta

from django.utils import timezone

from postoffices.supply.edits import EditKind
from reservations.models import Hold, Slot, WaitState
from reservations.supply.actions import stop_lift
from tests.reservations.town import Book, Town
from tests.supply.bureau import BUREAU, a_monday, apply, assert_counters_tell_the_truth, edit_of, open_days, stop
from tests.waiting_list.queue import waiting


def test_a_seat_more_is_held_for_who_waits(town: Town, book: Book) -> None:
    waiter = waiting(town, email="matsu@example.jp")
    apply([town.office], edit_of(EditKind.HOURS, a_monday(), periods=()))
    apply([town.office], edit_of(EditKind.PROFILE, a_monday()))
    waiter.refresh_from_db()
    assert waiter.state == WaitState.OFFERED
    assert Hold.objects.get().slot.office == town.office
    assert_counters_tell_the_truth()


def test_after_a_stop_the_old_owner_comes_before_who_waits(town: Town, book: Book) -> None:
    slot = open_days(town, a_monday())[0]
    Slot.objects.filter(office=town.office).update(public_seats=1)
    booking, _ = book(slot)
    held = stop(town.office, slot.starts_at, slot.ends_at + timedelta(minutes=1))
    waiter = waiting(town, email="matsu@example.jp")
    stop_lift(stop=held, give_back=True, by=BUREAU)
    booking.refresh_from_db()
    waiter.refresh_from_db()
    assert booking.slot_id == slot.pk
    assert timezone.localtime(Hold.objects.get().slot.starts_at).date() == a_monday()
    assert (booking.state, waiter.state) == ("confirmed", WaitState.OFFERED)
    assert_counters_tell_the_truth()


def test_a_time_offered_to_who_waits_can_be_stopped_and_stays_named(town: Town) -> None:
    waiter = waiting(town, email="matsu@example.jp")
    apply([town.office], edit_of(EditKind.HOURS, a_monday(), periods=()))
    apply([town.office], edit_of(EditKind.PROFILE, a_monday()))
    offered = Hold.objects.get().slot
    stop(town.office, offered.starts_at, offered.ends_at + timedelta(minutes=1))
    waiter.refresh_from_db()
    assert waiter.slot_id == offered.pk
    left = Slot.objects.filter(office=town.office, starts_at__gte=offered.starts_at, starts_at__lte=offered.ends_at)
    assert [slot.pk for slot in left if not slot.public_seats] == [offered.pk], "its empty neighbours are deleted"
    assert not Hold.objects.exists()
    assert_counters_tell_the_truth()
