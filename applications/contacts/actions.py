"""The only writers of what was tried to reach an applicant."""

import uuid
from datetime import datetime

from django.db import transaction

from applications.contacts.records import CALL_RESULTS, ContactResult, DefectContact
from applications.contacts.texts import answer_by, is_approved, written
from applications.errors import NoDefect, NoMailAddress, TextNotApproved
from applications.models import CheckState, ExistenceCheck
from audit.actions import record
from audit.actors import Actor
from live.notify import notify
from notifications.actions import message_queue
from postoffices.defects import DefectText
from reservations.models import Reservation, ReservationState

PURPOSE = "defect"


@transaction.atomic
def defect_notice_send(*, check: ExistenceCheck, text: DefectText, key: uuid.UUID, by: Actor) -> DefectContact:
    """Queue the approved text as a mail to the applicant. The same key sends nothing twice.

    Raises NoDefect, NoMailAddress, TextNotApproved.
    """
    check = _open_defect(check)
    if found := DefectContact.objects.filter(key=key, defect=check).first():
        return found
    if not check.reservation.email:
        raise NoMailAddress
    if not is_approved(text):
        raise TextNotApproved
    mail = written(text, check)
    message = message_queue(
        key=f"defect:{key}",
        purpose=PURPOSE,
        recipient=check.reservation.email,
        title=mail.title,
        body=mail.body,
        about=check.reservation,
        by=by,
        not_after=check.reservation.slot.starts_at,
    )
    contact = DefectContact.objects.create(
        key=key,
        defect=check,
        by_id=by.user_id,
        result=ContactResult.MAILED,
        next_at=answer_by(check),
        text_code=text.code,
        message=message,
    )
    record(action="existence.notice_sent", subject=check, by=by, detail={"text": text.code})
    _wait_until(check, contact.next_at)
    return contact


@transaction.atomic
def defect_call_note(
    *, check: ExistenceCheck, result: ContactResult, note: str = "", next_at: datetime, key: uuid.UUID, by: Actor
) -> DefectContact:
    """Note a call and when the next step is. The same key notes nothing twice. Raises NoDefect."""
    if result not in CALL_RESULTS:
        raise ValueError(f"{result} is no result of a call")
    check = _open_defect(check)
    if found := DefectContact.objects.filter(key=key, defect=check).first():
        return found
    contact = DefectContact.objects.create(
        key=key, defect=check, by_id=by.user_id, result=result, note=note, next_at=next_at
    )
    record(action="existence.called", subject=check, by=by, detail={"result": str(result)})
    _wait_until(check, next_at)
    return contact


def _open_defect(check: ExistenceCheck) -> ExistenceCheck:
    """The check as it stands now, locked after its booking. Raises NoDefect."""
    booking = Reservation.objects.select_for_update(of=("self",)).get(pk=check.reservation_id)
    held = (
        ExistenceCheck.objects.select_for_update(of=("self",))
        .select_related("reservation__slot", "reservation__office", "reservation__procedure")
        .get(pk=check.pk)
    )
    if held.state != CheckState.DEFECT or booking.state == ReservationState.CANCELLED:
        raise NoDefect
    return held


def _wait_until(check: ExistenceCheck, moment: datetime) -> None:
    check.next_step_at = moment
    check.save(update_fields=["next_step_at"])
    notify(topic="existence", kind="check", id=check.pk)
