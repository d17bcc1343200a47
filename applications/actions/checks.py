"""The city's answers on existence, and what the bureau does about defects (fukuoka-20)."""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from applications.errors import BookingNotLive, ReasonMissing, TooFewTries
from applications.models import (
    CHECK_MOVES,
    CheckAnswer,
    CheckReturn,
    CheckState,
    DefectReason,
    EndReason,
    ExistenceCheck,
)
from audit.actions import record
from audit.actors import Actor
from audit.moves import refuse_unless_allowed
from live.notify import notify
from postoffices.city import current_city
from reservations.actions import reservation_cancel
from reservations.models import CancelReason, Reservation, ReservationState
from writing.numbers import number_text


@transaction.atomic
def checks_confirm(*, reservations: Iterable[Reservation], returned: CheckReturn | None = None, by: Actor) -> int:
    """The city found these persons in its register. Returns how many answers are new.

    A booking that was confirmed before is passed over, so that a doubled submission changes nothing. `returned` is
    the workbook that the answers came in.
    Raises BookingNotLive or MoveNotAllowed (then nothing is confirmed).
    """
    answered = 0
    for reservation in sorted(reservations, key=lambda booking: booking.pk):
        check = _locked_check(reservation)
        if check.state == CheckState.CONFIRMED:
            continue
        _answer(check, CheckState.CONFIRMED, returned, by)
        record(action="existence.confirmed", subject=check, by=by)
        answered += 1
    return answered


@transaction.atomic
def check_defect(
    *, reservation: Reservation, reason: DefectReason, note: str = "", returned: CheckReturn | None = None, by: Actor
) -> ExistenceCheck:
    """The register says otherwise: the bureau has to ask the applicant. The same answer again changes nothing.

    Raises ReasonMissing, BookingNotLive or MoveNotAllowed.
    """
    if not reason:
        raise ReasonMissing
    check = _locked_check(reservation)
    if (check.state, check.defect_reason, check.note) == (CheckState.DEFECT, reason, note):
        return check
    check.defect_reason = reason
    check.note = note
    check.next_step_at = timezone.now()
    _answer(check, CheckState.DEFECT, returned, by)
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
def check_waits_again(*, check: ExistenceCheck, by: Actor) -> None:
    """What the city looked at was corrected: a defect counts as resolved, a confirmation is asked for again."""
    match check.state:
        case CheckState.DEFECT:
            to = CheckState.RESOLVED
        case CheckState.CONFIRMED:
            to = CheckState.WAITING
        case _:
            return
    _handle(check, to, "予約の内容を訂正", by)
    record(action="existence.asked_again", subject=check, by=by)


@transaction.atomic
def check_give_up(
    *, check: ExistenceCheck, reason: EndReason = EndReason.WITHDRAWN, note: str = "", by: Actor
) -> ExistenceCheck:
    """The defect cannot be mended: the check ends and the booking's seat is given back.

    Raises TooFewTries when nobody tried often enough to reach the applicant, or MoveNotAllowed.
    """
    reservation = _locked_booking(check.reservation_id)
    check = ExistenceCheck.objects.select_for_update().get(pk=check.pk)
    if reason == EndReason.NOT_REACHED:
        _refuse_unless_tried(check)
    check.end_reason = reason
    _handle(check, CheckState.GIVEN_UP, note, by)
    record(action="existence.given_up", subject=check, by=by, detail={"reason": reason})
    if reservation.state in (ReservationState.CONFIRMED, ReservationState.ORPHANED):
        reservation_cancel(reservation=reservation, reason=CancelReason.DEFECT, by=by)
    return check


def _locked_check(reservation: Reservation) -> ExistenceCheck:
    """The booking's check, locked; made now when this is the first answer. Raises BookingNotLive."""
    booking = _locked_booking(reservation.pk)
    if booking.state == ReservationState.CANCELLED:
        raise BookingNotLive(f"予約 {number_text(booking.number)} は取り消されているため、確認の対象ではありません。")
    if booking.state == ReservationState.ORPHANED:
        raise BookingNotLive(f"予約 {number_text(booking.number)} は日時が決まり直すまで、確認の対象ではありません。")
    made, _ = ExistenceCheck.objects.get_or_create(reservation=booking)
    check = ExistenceCheck.objects.select_for_update().get(pk=made.pk)
    check.reservation = booking
    return check


def _locked_booking(pk: int) -> Reservation:
    """The booking as it stands now: a cancellation under way is waited for. Always locked before its check."""
    return Reservation.objects.select_for_update(of=("self",)).select_related("office").get(pk=pk)


def _refuse_unless_tried(check: ExistenceCheck) -> None:
    wanted = current_city().rules.defects.tries
    tried = check.contacts.of_this_defect(check).count()
    if tried < wanted:
        raise TooFewTries(
            f"「連絡がつかなかった」で終えるには、{wanted}回の連絡の記録が必要です（いまは{tried}回）。"
            "電話かメールで連絡して、記録してください。"
        )


def _answer(check: ExistenceCheck, state: CheckState, returned: CheckReturn | None, by: Actor) -> None:
    refuse_unless_allowed(CHECK_MOVES, check.state, state)
    check.state = state
    check.answered_by_id = by.user_id
    check.answered_at = timezone.now()
    check.save()
    reason, note = (check.defect_reason, check.note) if state == CheckState.DEFECT else ("", "")
    CheckAnswer.objects.create(
        reservation=check.reservation, by_id=by.user_id, state=state, reason=reason, note=note, returned=returned
    )
    notify(topic="existence", kind="check", id=check.pk)
    # The counter's list of the day says who has been checked.
    notify(topic=f"office:{check.reservation.office.code}", kind="reservation", id=check.reservation_id)


def _handle(check: ExistenceCheck, state: CheckState, note: str, by: Actor) -> None:
    refuse_unless_allowed(CHECK_MOVES, check.state, state)
    check.state = state
    check.note = note or check.note
    check.handled_by_id = by.user_id
    check.handled_at = timezone.now()
    check.save()
    CheckAnswer.objects.create(reservation_id=check.reservation_id, by_id=by.user_id, state=state, note=note)
    notify(topic="existence", kind="check", id=check.pk)
