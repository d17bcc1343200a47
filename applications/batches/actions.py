"""Asking for a batch, and making it: claimed by one worker, drawn some forms at a time, finished in one transaction.

The forms are drawn outside any transaction, as a thousand take minutes; what stands on them is remembered as it was
drawn, so that a booking that changes meanwhile shows as changed.
"""

import uuid
from datetime import date, datetime, timedelta
from functools import partial

from django.db import transaction
from django.utils import timezone

from applications.access import applications_by_number
from applications.actions import forms_draft, forms_take_out
from applications.batches.errors import ClaimLost, NothingToPrint
from applications.batches.records import FORM_BATCH_MOVES, FormBatch, FormBatchQuerySet, FormBatchState
from applications.days import day_rows
from applications.models import Application
from applications.papers import forms_pdf
from audit.actions import record
from audit.actors import Actor
from audit.errors import Refused
from audit.moves import refuse_unless_allowed
from live.notify import notify
from postoffices.models import Office
from vault.actions import object_erase, object_store
from vault.models import ObjectKind
from writing.papers import JoinedPdf

CLAIM = timedelta(minutes=2)
MOST_ATTEMPTS = 3
FORMS_AT_ONCE = 20
# A file that lies around says what bookings were, not what they are.
KEPT_FOR = timedelta(hours=24)
TOPIC = "form_batches"


@transaction.atomic
def form_batch_request(*, office: Office, day: date, by: Actor) -> FormBatch:
    """Ask for the forms of an office's day; what was made before is made anew. One that is being made goes on."""
    asked = {"requested_by_id": by.staff_id}
    _, made = FormBatch.objects.get_or_create(office=office, day=day, defaults=asked)
    batch = FormBatch.objects.select_for_update(of=("self",)).select_related("content").get(office=office, day=day)
    if not made:
        if batch.state in (FormBatchState.REQUESTED, FormBatchState.MAKING):
            return batch
        _ask_anew(batch, by)
    record(action="form_batch.requested", subject=batch, by=by, detail={"day": day.isoformat()})
    transaction.on_commit(partial(_wake, batch.pk), robust=True)
    return batch


def _ask_anew(batch: FormBatch, by: Actor) -> None:
    refuse_unless_allowed(FORM_BATCH_MOVES, batch.state, FormBatchState.REQUESTED)
    before = batch.content
    batch.state, batch.requested_by_id, batch.requested_at = FormBatchState.REQUESTED, by.staff_id, timezone.now()
    batch.content = batch.made_at = None
    batch.attempts = batch.done = batch.total = 0
    batch.trouble = ""
    batch.save()
    if before is not None:
        object_erase(held=before, by=by, reason="the batch is made anew")


def _wake(batch_id: int) -> None:
    from applications.tasks import make_form_batch

    # The sweeper finds what a lost wake-up leaves behind.
    make_form_batch.delay(batch_id)


@transaction.atomic
def form_batch_claim(*, batch_id: int | None = None, by: Actor) -> FormBatch | None:
    """Take a batch (or the one that waits longest), or None. One whose maker died three times is given up."""
    waiting = FormBatch.objects.claimable()
    if batch_id is not None:
        waiting = waiting.filter(pk=batch_id)
    related = ("office", "requested_by")
    batch = waiting.select_for_update(skip_locked=True, of=("self",)).select_related(*related).first()
    if batch is None:
        return None
    if batch.attempts >= MOST_ATTEMPTS:
        _fail(batch, "作成が3回続けて途中で止まりました。システム管理者に連絡してください。", by)
        return None
    refuse_unless_allowed(FORM_BATCH_MOVES, batch.state, FormBatchState.MAKING)
    batch.state, batch.claim_token = FormBatchState.MAKING, uuid.uuid4()
    batch.claimed_until = timezone.now() + CLAIM
    batch.attempts += 1
    batch.done = 0
    batch.save()
    record(action="form_batch.making", subject=batch, by=by, detail={"attempt": batch.attempts})
    notify(topic=TOPIC, kind="form_batch", id=batch.pk)
    return batch


def form_batch_make(*, batch: FormBatch, by: Actor) -> FormBatch:
    """Make a claimed batch. Raises ClaimLost when another worker has taken it over.

    What cannot be made for a reason that people can mend is `failed`, with that reason.
    """
    try:
        numbers = _drafted(batch)
        with JoinedPdf() as joined:
            drawn: list[Application] = []
            for start in range(0, len(numbers), FORMS_AT_ONCE):
                forms = applications_by_number(batch.requested_by, numbers[start : start + FORMS_AT_ONCE])
                joined.add(forms_pdf(forms, by=by))
                drawn += forms
                _advance(batch, len(drawn), len(numbers))
            return _finished(batch, drawn, joined.written(), by)
    except Refused as refused:
        return form_batch_fail(batch=batch, trouble=refused.message, by=by)


def _drafted(batch: FormBatch) -> list[str]:
    """The numbers of the day's forms, as whoever asked may see them. Raises NothingToPrint."""
    rows = day_rows(batch.requested_by, batch.office, batch.day)
    if not rows:
        raise NothingToPrint
    asker = Actor.staff(batch.requested_by)
    return [form.number for form in forms_draft(reservations=[row.reservation for row in rows], by=asker)]


def _advance(batch: FormBatch, done: int, total: int) -> None:
    """Commit the progress and renew the claim. Raises ClaimLost."""
    with transaction.atomic():
        if not _mine(batch).update(done=done, total=total, claimed_until=timezone.now() + CLAIM):
            raise ClaimLost
        notify(topic=TOPIC, kind="form_batch", id=batch.pk)


def _mine(batch: FormBatch) -> FormBatchQuerySet:
    return FormBatch.objects.filter(pk=batch.pk, claim_token=batch.claim_token, state=FormBatchState.MAKING)


@transaction.atomic
def _finished(batch: FormBatch, drawn: list[Application], written: bytes, by: Actor) -> FormBatch:
    present = FormBatch.objects.select_for_update().get(pk=batch.pk)
    if (present.claim_token, present.state) != (batch.claim_token, FormBatchState.MAKING):
        raise ClaimLost
    present.content = object_store(
        data=written,
        kind=ObjectKind.DOCUMENT,
        media_type="application/pdf",
        rule="form batch",
        keep_until=timezone.localdate(),
        by=by,
    )
    present.state, present.claim_token, present.claimed_until = FormBatchState.MADE, None, None
    present.made_at = timezone.now()
    present.save()
    forms_take_out(applications=drawn, by=Actor.staff(batch.requested_by))
    record(action="form_batch.made", subject=present, by=by, detail={"forms": len(drawn)})
    notify(topic=TOPIC, kind="form_batch", id=batch.pk)
    return present


@transaction.atomic
def form_batch_fail(*, batch: FormBatch, trouble: str, by: Actor) -> FormBatch:
    """The batch cannot be made; say why. Nothing happens when another worker has taken it over."""
    present = FormBatch.objects.select_for_update().get(pk=batch.pk)
    if (present.claim_token, present.state) == (batch.claim_token, FormBatchState.MAKING):
        _fail(present, trouble, by)
    return present


def _fail(batch: FormBatch, trouble: str, by: Actor) -> None:
    refuse_unless_allowed(FORM_BATCH_MOVES, batch.state, FormBatchState.FAILED)
    batch.state, batch.trouble = FormBatchState.FAILED, trouble
    batch.claim_token = batch.claimed_until = None
    batch.save()
    record(action="form_batch.failed", subject=batch, by=by)
    notify(topic=TOPIC, kind="form_batch", id=batch.pk)


@transaction.atomic
def form_batches_forget(*, by: Actor, now: datetime | None = None) -> int:
    """Erase files that are a day old, with their batches. Returns how many."""
    before = (now or timezone.now()) - KEPT_FOR
    old = FormBatch.objects.filter(state=FormBatchState.MADE, made_at__lt=before).order_by("pk")
    batches = list(old.select_for_update(skip_locked=True, of=("self",)).select_related("content"))
    for batch in batches:
        record(action="form_batch.forgotten", subject=batch, by=by)
        content = batch.content
        batch.delete()
        if content is not None:
            object_erase(held=content, by=by, reason="a batch is kept for a day")
    return len(batches)
