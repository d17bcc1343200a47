"""Paper originals on their way: packed with a list, sent, received, and found when one was missing (fukuoka-24)."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Count, QuerySet
from django.utils import timezone

from applications.models import Application, ApplicationState, Original, OriginalBatch, OriginalState, SignKind
from applications.scans.errors import NothingToSend, NotSentYet
from audit.actions import record
from audit.actors import Actor
from postoffices.models import Ward


def originals_waiting() -> QuerySet[Application]:
    """Forms on paper whose scans are kept and whose originals are in no batch yet."""
    return Application.objects.filter(
        sign_kind=SignKind.PAPER, state=ApplicationState.ARCHIVED, original__isnull=True, entry__ward__isnull=False
    )


def wards_waiting() -> list[tuple[Ward, int]]:
    """Where originals have to go, with how many. Two queries."""
    counts = dict(originals_waiting().order_by().values_list("entry__ward").annotate(count=Count("pk")))
    return [(ward, counts[ward.pk]) for ward in Ward.objects.filter(pk__in=counts).order_by("position")]


@transaction.atomic
def originals_pack(*, ward: Ward, by: Actor) -> OriginalBatch:
    """A batch of all originals that wait for the ward. Raises NothingToSend."""
    waiting = originals_waiting().filter(entry__ward=ward)
    locked = [application.pk for application in waiting.select_for_update(of=("self",)).order_by("pk")]
    # Who waited for the lock still sees what was there before; only a new look sees the other's batch.
    applications = list(waiting.filter(pk__in=locked).order_by("pk"))
    if not applications:
        raise NothingToSend
    batch = OriginalBatch.objects.create(ward=ward, made_by_id=by.user_id)
    Original.objects.bulk_create(Original(application=application, batch=batch) for application in applications)
    record(action="originals.packed", subject=batch, by=by, detail={"originals": len(applications)})
    return batch


@transaction.atomic
def originals_send(*, batch: OriginalBatch, by: Actor) -> OriginalBatch:
    """The batch has left. A second press changes nothing."""
    batch = OriginalBatch.objects.select_for_update().get(pk=batch.pk)
    if batch.sent_at is None:
        batch.sent_at, batch.sent_by_id = timezone.now(), by.user_id
        batch.save()
        record(action="originals.sent", subject=batch, by=by)
    return batch


@transaction.atomic
def originals_receive(*, batch: OriginalBatch, missing: Iterable[str] = (), by: Actor) -> OriginalBatch:
    """The ward has counted: all but the `missing` application numbers are there. Again later: what turned up since.

    Raises NotSentYet.
    """
    batch = OriginalBatch.objects.select_for_update().get(pk=batch.pk)
    if batch.sent_at is None:
        raise NotSentYet
    absent = set(missing)
    originals = list(batch.originals.select_for_update(of=("self",)).select_related("application"))
    for original in originals:
        state = OriginalState.MISSING if original.application.number in absent else OriginalState.RECEIVED
        # What has been received once cannot be lost on the way any more.
        if original.state not in (state, OriginalState.RECEIVED):
            original.state = state
            original.save(update_fields=["state"])
    if batch.received_at is None:
        batch.received_at, batch.received_by_id = timezone.now(), by.user_id
        batch.save()
    left = sum(original.state == OriginalState.MISSING for original in originals)
    record(action="originals.received", subject=batch, by=by, detail={"missing": left})
    return batch
