"""The city's answers on existence and what follows from them."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from applications.actions import check_defect, check_give_up, checks_confirm, defect_resolve
from applications.errors import BookingNotLive, ReasonMissing
from applications.models import CheckState, DefectReason, ExistenceCheck
from audit.models import AuditEvent
from reservations.actions import reservation_cancel
from reservations.models import CancelReason, Reservation, ReservationState, Slot
from tests.counters.desk import Desk
from tests.reservations.town import CITIZEN, TARO

Broken = Callable[[], AbstractContextManager[None]]


def defect(desk: Desk, booking: Reservation) -> ExistenceCheck:
    return check_defect(reservation=booking, reason=DefectReason.NAME_DIFFERS, note="字が違います", by=desk.city)


def test_many_are_confirmed_at_once_and_each_is_recorded(desk: Desk) -> None:
    bookings = [desk.booking(days=1), desk.booking(days=1, hour=11, person=TARO)]
    assert checks_confirm(reservations=bookings, by=desk.city) == 2
    assert {check.state for check in ExistenceCheck.objects.all()} == {CheckState.CONFIRMED}
    assert {check.answered_by for check in ExistenceCheck.objects.all()} == {desk.reviewer}
    assert AuditEvent.objects.filter(action="existence.confirmed").count() == 2


def test_a_doubled_submission_changes_nothing(desk: Desk) -> None:
    booking = desk.booking(days=1)
    checks_confirm(reservations=[booking], by=desk.city)
    before = ExistenceCheck.objects.values().get()
    assert checks_confirm(reservations=[booking], by=desk.city) == 0
    assert ExistenceCheck.objects.values().get() == before
    assert AuditEvent.objects.filter(action="existence.confirmed").count() == 1


def test_one_cancelled_booking_and_none_is_confirmed(desk: Desk) -> None:
    """Its cancellation came after the list was read: the objects in hand still say that it stands."""
    stands, gone = desk.booking(days=1), desk.booking(days=1, hour=11, person=TARO)
    seen = Reservation.objects.get(pk=gone.pk)
    reservation_cancel(reservation=gone, reason=CancelReason.OTHER, by=CITIZEN)
    with pytest.raises(BookingNotLive, match=f"{gone.number[:3]}-"):
        checks_confirm(reservations=[stands, seen], by=desk.city)
    assert not ExistenceCheck.objects.exists()


def test_the_same_defect_again_changes_nothing(desk: Desk) -> None:
    booking = desk.booking(days=1)
    defect(desk, booking)
    before = ExistenceCheck.objects.values().get()
    defect(desk, booking)
    assert ExistenceCheck.objects.values().get() == before
    assert AuditEvent.objects.filter(action="existence.defect_found").count() == 1


def test_a_defect_needs_its_reason(desk: Desk) -> None:
    with pytest.raises(ReasonMissing):
        check_defect(reservation=desk.booking(days=1), reason="", by=desk.city)  # type: ignore[arg-type]
    assert not ExistenceCheck.objects.exists()


def test_a_mended_defect_goes_back_to_the_city_who_may_confirm(desk: Desk) -> None:
    booking = desk.booking(days=1)
    resolved = defect_resolve(check=defect(desk, booking), note="電話で確かめました", by=desk.by)
    assert (resolved.state, resolved.note, resolved.handled_by) == (
        CheckState.RESOLVED,
        "電話で確かめました",
        desk.clerk,
    )
    checks_confirm(reservations=[booking], by=desk.city)
    assert ExistenceCheck.objects.get().state == CheckState.CONFIRMED


def test_giving_up_cancels_the_booking_and_frees_the_seat(desk: Desk) -> None:
    booking = desk.booking(days=1)
    assert Slot.objects.get().public_taken == 1
    check_give_up(check=defect(desk, booking), by=desk.by)
    booking.refresh_from_db()
    assert (booking.state, booking.cancel_reason) == (ReservationState.CANCELLED, CancelReason.DEFECT)
    assert Slot.objects.get().public_taken == 0


def test_without_its_audit_event_no_answer_is_saved(desk: Desk, audit_cannot_be_written: Broken) -> None:
    booking, other = desk.booking(days=1), desk.booking(days=1, hour=11, person=TARO)
    check = defect(desk, other)
    with audit_cannot_be_written():
        checks_confirm(reservations=[booking], by=desk.city)
    with audit_cannot_be_written():
        defect(desk, booking)
    assert not ExistenceCheck.objects.filter(reservation=booking).exists()
    with audit_cannot_be_written():
        defect_resolve(check=check, by=desk.by)
    with audit_cannot_be_written():
        check_give_up(check=check, by=desk.by)
    check.refresh_from_db()
    other.refresh_from_db()
    assert (check.state, other.state) == (CheckState.DEFECT, ReservationState.CONFIRMED)
