"""The only writers of lists that go out and of answers that come back."""

import uuid
from collections import Counter
from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils import timezone

from applications.actions import check_defect, checks_confirm
from applications.checkfiles.effects import Effect, Judged, judged_answers
from applications.checkfiles.errors import AlreadyTaken, NothingToSend, TooManyRows
from applications.checkfiles.reading import MOST_ROWS, ReadFile
from applications.checkfiles.records import CheckAnswer, CheckBatch, CheckBatchRow, CheckReturn
from applications.models import CheckState, DefectReason
from audit.actions import record
from audit.actors import Actor
from postoffices.models import Office
from reservations.models import Reservation


@transaction.atomic
def check_batch_make(
    *, key: uuid.UUID, reservations: Sequence[Reservation], office: Office | None, day: date | None, by: Actor
) -> CheckBatch:
    """Note a worklist that goes out, in the order of `reservations`. The same key gives the first list again.

    Raises NothingToSend, TooManyRows.
    """
    if not reservations:
        raise NothingToSend
    if len(reservations) > MOST_ROWS:
        raise TooManyRows
    batch, is_new = CheckBatch.objects.get_or_create(
        key=key, defaults={"made_by_id": by.user_id, "office": office, "day": day}
    )
    if is_new:
        CheckBatchRow.objects.bulk_create(
            CheckBatchRow(batch=batch, position=position, reservation=reservation)
            for position, reservation in enumerate(reservations, start=1)
        )
        record(action="existence.list_made", subject=batch, by=by, detail={"rows": len(reservations)})
    return batch


@transaction.atomic
def check_batch_take_out(*, batch: CheckBatch, by: Actor) -> None:
    """Record that a workbook with names and addresses left the product."""
    record(action="existence.list_taken_out", subject=batch, by=by, detail={"rows": batch.rows.count()})


@transaction.atomic
def check_return_receive(*, read: ReadFile, by: Actor) -> CheckReturn:
    """Keep what a sound workbook says until somebody takes it over. The same file again gives the first one."""
    returned, is_new = CheckReturn.objects.get_or_create(
        batch=read.batch,
        sha256=read.sha256,
        defaults={"received_by_id": by.user_id, "answers": [answer.stored() for answer in read.answers]},
    )
    if is_new:
        detail = {"answers": len(read.answers), "sha256": read.sha256}
        record(action="existence.answers_received", subject=returned, by=by, detail=detail)
    return returned


@transaction.atomic
def check_return_take(*, returned: CheckReturn, by: Actor) -> Counter[str]:
    """Let all answers count, or none. Returns how many had which effect.

    An answer for a booking that is gone, or that somebody answered on screen since, changes nothing and is kept.
    Raises AlreadyTaken.
    """
    held = CheckReturn.objects.select_for_update().get(pk=returned.pk)
    if held.taken_at:
        raise AlreadyTaken
    # Bookings in the order of their keys, as everywhere: two files at once do not wait for each other in a ring.
    ids = [answer.reservation.pk for answer in judged_answers(held)]
    list(Reservation.objects.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk"))
    answers = judged_answers(held)
    for one in sorted(answers, key=lambda judged: judged.reservation.pk):
        _take(one, held, by)
    held.taken_at, held.taken_by_id = timezone.now(), by.user_id
    held.save(update_fields=["taken_at", "taken_by"])
    effects = Counter(str(one.effect) for one in answers)
    record(action="existence.answers_taken_over", subject=held, by=by, detail=dict(effects))
    return effects


def _take(one: Judged, returned: CheckReturn, by: Actor) -> None:
    answer = one.answer
    if one.effect == Effect.HELD_BACK:
        CheckAnswer.objects.create(
            reservation=one.reservation,
            by_id=by.user_id,
            state=answer.state,
            reason=answer.reason,
            note=answer.note,
            returned=returned,
            held_back=one.held_back,
        )
    elif one.effect == Effect.SAME:
        return
    elif answer.state == CheckState.CONFIRMED:
        checks_confirm(reservations=[one.reservation], returned=returned, by=by)
    else:
        reason = DefectReason(answer.reason)
        check_defect(reservation=one.reservation, reason=reason, note=answer.note, returned=returned, by=by)
