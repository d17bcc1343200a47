"""Taking a telephone system's file into the log: first to look at, then for good."""

import hashlib
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from audit.actions import record
from audit.actors import Actor
from helpdesk.callfiles import read_calls
from helpdesk.desks import clock_of
from helpdesk.errors import FileTaken
from helpdesk.models import Call, CallFile, CallSource, CallState
from postoffices.worktime import WorkClock

BATCH = 1000


@transaction.atomic
def calls_read(*, desk: str, name: str, content: bytes, by: Actor) -> CallFile:
    """Read the file and keep what it says until somebody takes it in. Raises FileUnreadable."""
    read = read_calls(content, desk)
    held = CallFile.objects.create(
        desk=desk,
        name=name[:120],
        sha256=hashlib.sha256(content).hexdigest(),
        rows=read.rows,
        faults=read.faults,
        read_count=len(read.rows),
        read_by_id=by.staff_id,
    )
    detail = {"desk": desk, "read": len(read.rows), "faults": len(read.faults)}
    record(action="helpdesk.calls_read", subject=held, by=by, detail=detail)
    return held


@transaction.atomic
def calls_take_in(*, held: CallFile, by: Actor) -> CallFile:
    """Write the rows into the log; those whose number stands there already change nothing. Raises FileTaken."""
    current = CallFile.objects.select_for_update().get(pk=held.pk)
    if current.taken_at:
        raise FileTaken
    clock = clock_of(current.desk)
    numbers = [row["external_id"] for row in current.rows]
    known = set(Call.objects.filter(desk=current.desk, external_id__in=numbers).values_list("external_id", flat=True))
    calls = [_call(current.desk, row, clock) for row in current.rows if row["external_id"] not in known]
    Call.objects.bulk_create(calls, batch_size=BATCH, ignore_conflicts=True)
    current.taken_count = len(calls)
    current.taken_at, current.rows = timezone.now(), []
    current.save(update_fields=["taken_at", "taken_count", "rows"])
    record(action="helpdesk.calls_taken_in", subject=current, by=by, detail={"taken": current.taken_count})
    return current


def _call(desk: str, row: dict[str, Any], clock: WorkClock) -> Call:
    offered = datetime.fromisoformat(row["offered_at"])
    answered, ended = _moment(row["answered_at"]), _moment(row["ended_at"])
    state = CallState.ENDED if answered else CallState.ABANDONED
    if not answered and not clock.is_open(offered):
        state = CallState.OUTSIDE_HOURS
    return Call(
        desk=desk,
        source=CallSource.FILE,
        state=state,
        external_id=row["external_id"],
        caller_number=row["caller_number"],
        operator_id=row["operator_id"],
        category=row["category"],
        handled_at=ended or answered,
        offered_at=offered,
        answered_at=answered,
        ended_at=ended,
    )


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
