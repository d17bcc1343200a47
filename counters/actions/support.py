"""Counting help that is work of its own (yatsushiro-06, kurume-06)."""

from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from audit.actions import record
from audit.actors import Actor
from counters.models import SupportKind, SupportWork, Visit
from postoffices.models import Office


def support_count(
    *, office: Office, kind: SupportKind, visit: Visit | None = None, key: UUID, by: Actor
) -> SupportWork:
    """One person was helped. The same `key`, or the same kind for the same visit, gives the first record back."""
    try:
        return _count(office, kind, visit, key, by)
    except IntegrityError:
        same = SupportWork.objects.filter(key=key)
        if visit is not None:
            same |= SupportWork.objects.filter(visit=visit, kind=kind, taken_back_at__isnull=True)
        if found := same.filter(office=office).first():
            return found
        raise


@transaction.atomic
def _count(office: Office, kind: SupportKind, visit: Visit | None, key: UUID, by: Actor) -> SupportWork:
    done = SupportWork.objects.create(office=office, kind=kind, visit=visit, key=key, done_by_id=by.staff_id)
    record(action="support.counted", subject=done, by=by, detail={"kind": kind})
    return done


@transaction.atomic
def support_take_back(*, done: SupportWork, by: Actor) -> None:
    """Counted by mistake. A second tap changes nothing."""
    standing = SupportWork.objects.filter(pk=done.pk, taken_back_at__isnull=True)
    if standing.update(taken_back_at=timezone.now()):
        record(action="support.taken_back", subject=done, by=by, detail={"kind": done.kind})
