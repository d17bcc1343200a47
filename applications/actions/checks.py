"""The city's answers on existence, and what the bureau does about defects (fukuoka-20)."""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from applications.errors import BookingNotLive, ReasonMissing
from applications.models import CHECK_MOVES, CheckState, DefectReason, ExistenceCheck
from audit.actions import record
from audit.actors import Actor
from audit.moves import refuse_unless_allowed
from live.notify import notify
from reservations.actions import reservation_cancel
from reservations.models import CancelReason, Reservation, ReservationState


@transaction.atomic
def checks_confirm(*, reservations: Iterable[Reservation], by: Actor) -> int:
    """The city found these persons in its register. Returns how many answers are new.

    A booking that was confirmed before is passed over, so that a doubled submission changes nothing.
    Raises BookingNotLive or MoveNotAllowed (then nothing is confirmed).
    """
    answered = 0
    for reservation in sorted(reservations, key=lambda booking: booking.pk):
        check = _locked_check(reservation)
        if check.state == CheckState.CONFIRMED:
            continue
        _answer(check, CheckState.CONFIRMED, by)
        record(action="existence.confirmed", subject=check, by=by)
        answered += 1
    return answered


@transaction.atomic
def check_defect(*, reservation: Reservation, reason: DefectReason, note: str = "", by: Actor) -> ExistenceCheck:
    """The register says otherwise: the bureau has to ask the applicant. Raises ReasonMissing."""
    if not reason:
        raise ReasonMissing
    check = _locked_check(reservation)
    check.defect_reason = reason
    check.note = note
    _answer(check, CheckState.DEFECT, by)
    record(action="existence.defect_found", subject=check, by=by, detail={"reason": reason})
    return check


@transaction.atomic
def defect_resolve(*, check: ExistenceCheck, note: str = "", by: Actor) -> ExistenceCheck:
    """The applicant has corrected what was wrong; the booking goes back to the city."""
    check = ExistenceCheck.objects.select_for_update().get(pk=check.pk)
    _handle(check, CheckState.RESOLVED, note, by)
    record(action="existence.defect_resolved", subject=check, by=by)
    return check


@transaction.atomic
def check_give_up(*, check: ExistenceCheck, note: str = "", by: Actor) -> ExistenceCheck:
    """The defect cannot be mended: the check ends and the booking's seat is given back."""
    check = ExistenceCheck.objects.select_for_update().select_related("reservation").get(pk=check.pk)
    _handle(check, CheckState.GIVEN_UP, note, by)
    record(action="existence.given_up", subject=check, by=by)
    if check.reservation.state in (ReservationState.CONFIRMED, ReservationState.ORPHANED):
        reservation_cancel(reservation=check.reservation, reason=CancelReason.DEFECT, by=by)
    return check


def _locked_check(reservation: Reservation) -> ExistenceCheck:
    """The booking's check, locked; made now when this is the first answer."""
    if reservation.state in (ReservationState.CANCELLED, ReservationState.ORPHANED):
        raise BookingNotLive(f"予約 {reservation.number} は取り消されているため、確認の対象ではありません。")
    made, _ = ExistenceCheck.objects.get_or_create(reservation=reservation)
    return ExistenceCheck.objects.select_for_update().get(pk=made.pk)


def _answer(check: ExistenceCheck, state: CheckState, by: Actor) -> None:
    refuse_unless_allowed(CHECK_MOVES, check.state, state)
    check.state = state
    check.answered_by_id = by.user_id
    check.answered_at = timezone.now()
    check.save()
    notify(topic="existence", kind="check", id=check.pk)


def _handle(check: ExistenceCheck, state: CheckState, note: str, by: Actor) -> None:
    refuse_unless_allowed(CHECK_MOVES, check.state, state)
    check.state = state
    check.note = note or check.note
    check.handled_by_id = by.user_id
    check.handled_at = timezone.now()
    check.save()
    notify(topic="existence", kind="check", id=check.pk)
