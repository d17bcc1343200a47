"""Notes, answers, attachments, steps, the time line and the findings."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from audit.actions import record
from audit.actors import Actor
from helpdesk import clock
from helpdesk.actions.replies import answer_queue
from helpdesk.actions.telling import tell_screens
from helpdesk.desks import takes_personal_data
from helpdesk.errors import FileInfected, FileNotAllowed, NoAddress
from helpdesk.models import Attachment, Moment, Note, NoteKind, Step, Ticket
from helpdesk.personal import refuse_personal
from postoffices.city import current_city
from vault.actions import object_store, picture_store
from vault.malware import Malware, malware_in
from vault.models import ObjectKind, VaultObject

JPEG, PDF = b"\xff\xd8\xff", b"%PDF-"
LARGEST = 10 * 1024 * 1024
RULE = "inquiry"


@transaction.atomic
def note_add(*, ticket: Ticket, kind: NoteKind, text: str, key: str, mail: bool = False, by: Actor) -> Note:
    """Write a note; an outside one is the answer, by mail when `mail`. A second call with the key gets the first's.

    Raises NoAddress, and PersonalDataRefused at the desk that handles none.
    """
    if not takes_personal_data(ticket.desk):
        refuse_personal(text)
    if mail and not ticket.email:
        raise NoAddress
    note, made = Note.objects.get_or_create(
        key=key,
        defaults={"ticket": ticket, "kind": kind, "text": text, "by_id": by.user_id, "mailed": mail},
    )
    if not made:
        return note
    if kind == NoteKind.OUTSIDE:
        current = Ticket.objects.select_for_update(of=("self",)).get(pk=ticket.pk)
        clock.responded(current, timezone.now())
        current.answered_at = timezone.now()
        current.save(update_fields=["responded_at", "responded_in_time", "answered_at"])
    tell_screens(ticket)
    record(action="helpdesk.note_added", subject=ticket, by=by, detail={"kind": kind, "mailed": mail})
    if mail:
        answer_queue(note, by=by)
    return note


@transaction.atomic
def attachment_add(*, ticket: Ticket, name: str, upload: bytes, by: Actor) -> Attachment:
    """Keep a photograph (made anew from its pixels) or a PDF in the vault.

    Raises FileNotAllowed, FileInfected, ScannerUnavailable, or what the vault says of a broken picture.
    """
    found = malware_in(upload)
    if found == Malware.INFECTED:
        raise FileInfected
    attachment = Attachment(ticket=ticket, held=_kept(upload, by), name=name[:120], malware=found, by_id=by.user_id)
    attachment.save()
    record(action="helpdesk.attachment_added", subject=ticket, by=by, detail={"object": str(attachment.held_id)})
    return attachment


def _kept(upload: bytes, by: Actor) -> VaultObject:
    keep_until = current_city().rules.keep_until(RULE, timezone.localdate())
    if len(upload) > LARGEST:
        raise FileNotAllowed
    if upload.startswith(JPEG):
        return picture_store(upload=upload, rule=RULE, keep_until=keep_until, by=by)
    if upload.startswith(PDF):
        return object_store(
            data=upload,
            kind=ObjectKind.DOCUMENT,
            media_type="application/pdf",
            rule=RULE,
            keep_until=keep_until,
            by=by,
        )
    raise FileNotAllowed


@transaction.atomic
def step_do(*, step: Step, done: bool, by: Actor) -> Step:
    """A step of the course is done, or was not after all. The same once more changes nothing."""
    current = Step.objects.select_for_update().get(pk=step.pk)
    if (current.done_at is not None) == done:
        return current
    current.done_at, current.done_by_id = (timezone.now(), by.user_id) if done else (None, None)
    current.save(update_fields=["done_at", "done_by"])
    detail = {"step": current.position, "done": done}
    record(action="helpdesk.step_done", subject=current.ticket, by=by, detail=detail)
    return current


@transaction.atomic
def moment_add(*, ticket: Ticket, at: datetime, text: str, by: Actor) -> Moment:
    """A line of the time line. The same line twice is one."""
    moment, made = Moment.objects.get_or_create(ticket=ticket, at=at, text=text, defaults={"by_id": by.staff_id})
    if made:
        record(action="helpdesk.moment_added", subject=ticket, by=by)
    return moment


@transaction.atomic
def findings_write(*, ticket: Ticket, analysis: str, measures: str, by: Actor) -> Ticket:
    """The cause, and what was done so that it does not happen again."""
    current = Ticket.objects.select_for_update(of=("self",)).get(pk=ticket.pk)
    current.analysis, current.measures = analysis, measures
    current.save(update_fields=["analysis", "measures"])
    record(action="helpdesk.findings_written", subject=current, by=by)
    return current
