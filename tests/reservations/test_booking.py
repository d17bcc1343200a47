"""Booking, moving and cancelling, as citizens and staff do it."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from audit.models import AuditEvent
from notifications.models import Message, MessageState
from reservations.access import reservation_by_link, reservation_by_number
from reservations.actions import (
    hold_extend,
    hold_release,
    holds_release_expired,
    reservation_book,
    reservation_cancel,
    reservation_move,
    seat_hold,
)
from reservations.errors import (
    HoldExpired,
    HoldNotExtendable,
    ProcedureDiffers,
    SlotClosed,
    SlotFull,
    StateNotAllowed,
)
from reservations.models import CancelReason, Hold, Reservation, ReservationState, SeatKind, Slot
from reservations.numbers import is_number
from tests.reservations.town import CITIZEN, HANAKO, SYSTEM, TARO, Book, Town, a_time, make_slot


def taken(slot: Slot) -> int:
    return Slot.objects.get(pk=slot.pk).public_taken


def test_a_citizen_books_a_free_time(town: Town, book: Book) -> None:
    slot = make_slot(town.office)
    reservation, token = book(slot)
    assert is_number(reservation.number)
    assert reservation_by_link(token) == reservation
    assert reservation_by_number(reservation.number, HANAKO.birth_date) == reservation
    assert reservation_by_number(reservation.number, TARO.birth_date) is None
    stored = Reservation.objects.get()
    assert (stored.name, stored.office, stored.slot, stored.state) == (HANAKO.name, town.office, slot, "confirmed")
    assert taken(slot) == 1
    assert not Hold.objects.exists()


@pytest.mark.requirement("fukuoka-11")
def test_the_link_token_stands_nowhere_in_the_bookings(town: Town, book: Book) -> None:
    _, token = book(make_slot(town.office))
    row = Reservation.objects.values().get()
    assert token not in map(str, row.values())


def test_each_step_leaves_one_audit_event_without_personal_data(town: Town, book: Book) -> None:
    reservation, _ = book(make_slot(town.office), person=TARO)
    actions = list(AuditEvent.objects.order_by("id").values_list("action", flat=True))
    assert actions == ["reservations.seat_held", "reservations.booked"]
    assert TARO.name not in str(list(AuditEvent.objects.values()))
    assert AuditEvent.objects.about(reservation).count() == 1


def test_a_second_submission_gets_the_first_booking(town: Town, book: Book) -> None:
    slot = make_slot(town.office, seats=2)
    first, token = book(slot)
    again = reservation_book(token=token, person=TARO, by=CITIZEN)
    assert again == first
    assert again.name == HANAKO.name
    assert taken(slot) == 1
    assert Message.objects.filter(purpose="booked").count() == 1
    assert AuditEvent.objects.filter(action="reservations.booked").count() == 1


def test_the_last_seat_is_held_once(town: Town) -> None:
    slot = make_slot(town.office)
    seat_hold(slot_id=slot.pk, procedure=town.renewal, by=CITIZEN)
    with pytest.raises(SlotFull):
        seat_hold(slot_id=slot.pk, procedure=town.renewal, by=CITIZEN)
    assert taken(slot) == 1


def test_internal_seats_are_apart_from_public_ones(town: Town) -> None:
    slot = make_slot(town.office, seats=0, internal=1)
    with pytest.raises(SlotFull):
        seat_hold(slot_id=slot.pk, procedure=town.renewal, by=CITIZEN)
    hold, _ = seat_hold(slot_id=slot.pk, procedure=town.renewal, seat_kind=SeatKind.INTERNAL, by=SYSTEM)
    slot.refresh_from_db()
    assert (hold.seat_kind, slot.public_taken, slot.internal_taken) == ("internal", 0, 1)


@pytest.mark.parametrize("people", [1, 2])
def test_a_procedure_the_office_does_not_offer_is_refused(town: Town, people: int) -> None:
    slot = make_slot(town.office, seats=2)
    town.elsewhere.procedures.add(town.other)
    with pytest.raises(SlotClosed):
        seat_hold(slot_id=slot.pk, procedure=town.other, people=people, by=CITIZEN)
    with pytest.raises(SlotClosed):
        seat_hold(slot_id=slot.pk + 1, procedure=town.renewal, people=people, by=CITIZEN)
    assert taken(slot) == 0


@pytest.mark.parametrize("people", [1, 2])
def test_an_office_without_bookings_is_refused(town: Town, people: int) -> None:
    slot = make_slot(town.office, seats=2)
    town.office.takes_bookings = False
    town.office.save()
    with pytest.raises(SlotClosed):
        seat_hold(slot_id=slot.pk, procedure=town.renewal, people=people, by=CITIZEN)


def test_an_expired_hold_gives_its_seat_back(town: Town) -> None:
    """As when the citizen's phone dies between hold and confirm."""
    slot = make_slot(town.office)
    _, token = seat_hold(slot_id=slot.pk, procedure=town.renewal, by=CITIZEN)
    assert holds_release_expired(by=SYSTEM) == 0
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        assert holds_release_expired(by=SYSTEM) == 1
        assert taken(slot) == 0
        with pytest.raises(HoldExpired):
            reservation_book(token=token, person=HANAKO, by=CITIZEN)
        with pytest.raises(HoldExpired):
            hold_extend(token=token, by=CITIZEN)


def test_a_full_slot_frees_expired_holds_by_itself(town: Town) -> None:
    slot = make_slot(town.office)
    seat_hold(slot_id=slot.pk, procedure=town.renewal, by=CITIZEN)
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        hold, _ = seat_hold(slot_id=slot.pk, procedure=town.renewal, by=CITIZEN)
    assert list(Hold.objects.all()) == [hold]
    assert taken(slot) == 1


def test_a_late_confirmation_counts_while_the_seat_is_still_kept(town: Town) -> None:
    slot = make_slot(town.office)
    _, token = seat_hold(slot_id=slot.pk, procedure=town.renewal, by=CITIZEN)
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        reservation = reservation_book(token=token, person=HANAKO, by=CITIZEN)
        assert holds_release_expired(by=SYSTEM) == 0
    assert reservation.state == ReservationState.CONFIRMED
    assert taken(slot) == 1


def test_a_hold_is_extended_only_so_often(town: Town) -> None:
    _, token = seat_hold(slot_id=make_slot(town.office).pk, procedure=town.renewal, by=CITIZEN)
    begun = timezone.now()
    for minutes in (9, 18, 27):
        with time_machine.travel(begun + timedelta(minutes=minutes), tick=False):
            hold = hold_extend(token=token, by=CITIZEN)
            assert hold.expires_at == timezone.now() + timedelta(minutes=10)
    with pytest.raises(HoldNotExtendable):
        hold_extend(token=token, by=CITIZEN)


def test_a_released_hold_gives_its_seat_back_once(town: Town) -> None:
    slot = make_slot(town.office)
    _, token = seat_hold(slot_id=slot.pk, procedure=town.renewal, by=CITIZEN)
    hold_release(token=token, by=CITIZEN)
    hold_release(token=token, by=CITIZEN)
    assert taken(slot) == 0


def test_moving_keeps_number_and_link_and_gives_the_old_time_back(town: Town, book: Book) -> None:
    old, new = make_slot(town.office), make_slot(town.elsewhere, a_time(hour=10))
    reservation, link = book(old)
    _, token = seat_hold(slot_id=new.pk, procedure=town.renewal, by=CITIZEN)
    assert (taken(old), taken(new)) == (1, 1)
    moved = reservation_move(reservation=reservation, token=token, by=CITIZEN)
    again = reservation_move(reservation=reservation, token=token, by=CITIZEN)
    assert moved == again == reservation_by_link(link)
    assert (moved.slot, moved.office, moved.number, again.changes) == (new, town.elsewhere, reservation.number, 1)
    assert (taken(old), taken(new)) == (0, 1)


def test_a_move_with_an_expired_hold_keeps_the_old_time(town: Town, book: Book) -> None:
    old = make_slot(town.office)
    reservation, _ = book(old)
    with pytest.raises(HoldExpired):
        reservation_move(reservation=reservation, token="unknown", by=CITIZEN)
    assert reservation_by_number(reservation.number, HANAKO.birth_date).slot == old  # type: ignore[union-attr]
    assert taken(old) == 1


def test_a_booking_is_not_moved_to_another_procedure(town: Town, book: Book) -> None:
    reservation, _ = book(make_slot(town.office))
    town.office.procedures.add(town.other)
    new = make_slot(town.office, a_time(hour=10))
    _, token = seat_hold(slot_id=new.pk, procedure=town.other, by=CITIZEN)
    with pytest.raises(ProcedureDiffers):
        reservation_move(reservation=reservation, token=token, by=CITIZEN)
    assert Hold.objects.count() == 1
    assert taken(new) == 1


def test_cancelling_gives_the_seat_back_once(town: Town, book: Book) -> None:
    slot = make_slot(town.office)
    reservation, _ = book(slot)
    for _ in range(2):
        cancelled = reservation_cancel(reservation=reservation, reason=CancelReason.SCHEDULE, by=CITIZEN)
    assert (cancelled.state, cancelled.cancel_reason) == ("cancelled", "schedule")
    assert taken(slot) == 0
    assert AuditEvent.objects.filter(action="reservations.cancelled").count() == 1


def test_a_cancelled_booking_is_not_moved(town: Town, book: Book) -> None:
    reservation, _ = book(make_slot(town.office))
    reservation_cancel(reservation=reservation, reason=CancelReason.OTHER, by=CITIZEN)
    _, token = seat_hold(slot_id=make_slot(town.office, a_time(hour=10)).pk, procedure=town.renewal, by=CITIZEN)
    with pytest.raises(StateNotAllowed):
        reservation_move(reservation=reservation, token=token, by=CITIZEN)


def test_an_orphaned_booking_comes_back_by_moving(town: Town, book: Book) -> None:
    old, new = make_slot(town.office), make_slot(town.office, a_time(hour=10))
    reservation, _ = book(old)
    Reservation.objects.update(state=ReservationState.ORPHANED)
    Slot.objects.filter(pk=old.pk).update(public_taken=0)
    _, token = seat_hold(slot_id=new.pk, procedure=town.renewal, by=CITIZEN)
    moved = reservation_move(reservation=reservation, token=token, by=CITIZEN)
    assert moved.state == ReservationState.CONFIRMED
    assert (taken(old), taken(new)) == (0, 1)


def test_an_orphaned_booking_is_cancelled_without_giving_back_a_seat(town: Town, book: Book) -> None:
    slot = make_slot(town.office, seats=2)
    book(slot)
    reservation, _ = book(slot, person=TARO)
    Reservation.objects.filter(pk=reservation.pk).update(state=ReservationState.ORPHANED)
    Slot.objects.filter(pk=slot.pk).update(public_taken=1)
    reservation_cancel(reservation=reservation, reason=CancelReason.OTHER, by=CITIZEN)
    assert taken(slot) == 1


def test_a_number_already_given_is_drawn_again(town: Town, book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    slot = make_slot(town.office, seats=2)
    first, _ = book(slot)
    numbers = iter([first.number, first.number, "123456782"])
    monkeypatch.setattr("reservations.actions.booking.new_number", lambda: next(numbers))
    second, _ = book(slot, person=TARO)
    assert second.number == "123456782"


@pytest.mark.parametrize("step", ["hold", "book", "move", "cancel"])
def test_nothing_is_saved_when_the_audit_log_refuses(
    step: str, town: Town, book: Book, audit_cannot_be_written: Callable[[], AbstractContextManager[None]]
) -> None:
    slot, other = make_slot(town.office), make_slot(town.office, a_time(hour=10))
    reservation, _ = book(slot)
    _, token = seat_hold(slot_id=other.pk, procedure=town.renewal, by=CITIZEN)
    free = make_slot(town.office, a_time(hour=11))
    before = everything()

    steps: dict[str, Callable[[], object]] = {
        "hold": lambda: seat_hold(slot_id=free.pk, procedure=town.renewal, by=CITIZEN),
        "book": lambda: reservation_book(token=token, person=TARO, by=CITIZEN),
        "move": lambda: reservation_move(reservation=reservation, token=token, by=CITIZEN),
        "cancel": lambda: reservation_cancel(reservation=reservation, reason=CancelReason.OTHER, by=CITIZEN),
    }
    with audit_cannot_be_written():
        steps[step]()
    assert everything() == before


def everything() -> list[object]:
    """All rows that booking writes."""
    models = (Slot, Hold, Reservation, Message)
    return [list(model._default_manager.order_by("pk").values()) for model in models]


def test_the_first_mail_carries_the_link(town: Town, book: Book) -> None:
    _, token = book(make_slot(town.office))
    mail = Message.objects.get(purpose="booked")
    assert mail.recipient == HANAKO.email
    assert f"/r/{token}/" in mail.body
    assert "・マイナンバーカード" in mail.body
    assert re.search(r"予約番号　\d{3}-\d{3}-\d{3}\n", mail.body)
    assert "&" not in mail.body


def test_people_without_mail_book_too(town: Town, book: Book) -> None:
    book(make_slot(town.office), person=TARO)
    assert not Message.objects.exists()


@pytest.mark.requirement("fukuoka-13")
def test_reminders_follow_the_booking(town: Town, book: Book) -> None:
    reservation, _ = book(make_slot(town.office, a_time(days=7)))
    first = Message.objects.get(purpose="reminder")
    assert first.not_before == a_time(days=6, hour=9)
    _, token = seat_hold(slot_id=make_slot(town.office, a_time(days=9)).pk, procedure=town.renewal, by=CITIZEN)
    reservation_move(reservation=reservation, token=token, by=CITIZEN)
    states = list(Message.objects.filter(purpose="reminder").order_by("id").values_list("state", "not_before"))
    assert states == [
        (MessageState.WITHDRAWN, a_time(days=6, hour=9)),
        (MessageState.QUEUED, a_time(days=8, hour=9)),
    ]
    reservation_cancel(reservation=reservation, reason=CancelReason.DONE_ELSEWHERE, by=CITIZEN)
    assert not Message.objects.filter(purpose="reminder", state=MessageState.QUEUED).exists()
    assert Message.objects.filter(purpose="cancelled").count() == 1
