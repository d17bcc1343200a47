"""Patrols: their plan, the visit, and what follows from it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from audit.actions import record
from audit.actors import Actor
from audit.moves import refuse_unless_allowed
from helpdesk.actions import Asked, ticket_open
from helpdesk.models import DeskCode, TicketChannel
from postoffices.calendars import timetable
from training.errors import NotVisited, OfficeClosed, OutsideMonth, WrongVisit
from training.models import PATROL_MOVES, Finding, Patrol, PatrolAnswer, PatrolState, Verdict
from training.planning import visits_of


@dataclass(frozen=True, slots=True)
class Answer:
    """One point of the checklist, as it was worded."""

    words: str
    verdict: Verdict
    note: str = ""


@transaction.atomic
def patrols_plan(*, month: date, months: int, visitor: User, by: Actor) -> int:
    """Plan every visit that the months still lack; what stands there stays. Returns how many were added.

    Two who press at once plan each visit once: the constraint says which row was first.
    """
    rows = [
        Patrol(office=visit.office, month=visit.month, at=visit.at, visitor=visitor)
        for visit in visits_of(month, months)
    ]
    before = _count(month, rows)
    Patrol.objects.bulk_create(rows, ignore_conflicts=True)
    added = _count(month, rows) - before
    record(
        action="training.patrols_planned", subject=visitor, by=by,
        detail={"month": month.isoformat(), "months": months, "added": added},
    )  # fmt: skip
    return added


def _count(month: date, rows: Sequence[Patrol]) -> int:
    last = max((row.month for row in rows), default=month)
    return Patrol.objects.of_months(month, last).count()


@transaction.atomic
def patrol_schedule(*, patrol: Patrol, at: datetime, visitor: User, by: Actor) -> Patrol:
    """Another time or visitor; one that was called off is planned again. Raises MoveNotAllowed, OutsideMonth,
    OfficeClosed."""
    patrol = _moved(patrol, PatrolState.PLANNED)
    day = timezone.localdate(at)
    if day.replace(day=1) != patrol.month:
        raise OutsideMonth
    if not timetable(patrol.office.calendar).day(day).is_open:
        raise OfficeClosed
    patrol.at, patrol.visitor, patrol.cancel_reason = at, visitor, ""
    return _written(patrol, "training.patrol_scheduled", by)


@transaction.atomic
def patrol_visit(
    *, patrol: Patrol, arrived_at: datetime, left_at: datetime, met: str, remarks: str, answers: Sequence[Answer],
    by: Actor,
) -> Patrol:  # fmt: skip
    """What was seen. Raises MoveNotAllowed, WrongVisit."""
    patrol = _moved(patrol, PatrolState.VISITED)
    if left_at <= arrived_at or left_at > timezone.now():
        raise WrongVisit
    patrol.arrived_at, patrol.left_at, patrol.met, patrol.remarks = arrived_at, left_at, met, remarks
    _written(patrol, "training.patrol_visited", by)
    PatrolAnswer.objects.bulk_create(
        PatrolAnswer(patrol=patrol, position=place, words=answer.words, verdict=answer.verdict, note=answer.note)
        for place, answer in enumerate(answers, 1)
    )
    return patrol


@transaction.atomic
def patrol_cancel(*, patrol: Patrol, reason: str, by: Actor) -> Patrol:
    """Raises MoveNotAllowed."""
    patrol = _moved(patrol, PatrolState.CANCELLED)
    patrol.cancel_reason = reason
    return _written(patrol, "training.patrol_cancelled", by)


@transaction.atomic
def finding_note(*, key: UUID, patrol: Patrol, text: str, category: str, due_on: date, by: Actor) -> Finding:
    """Something to be put right: a ticket at the helpdesk, which looks after it. The same `key` again gives the first.

    Raises NotVisited, PersonalDataRefused (the post offices' desk handles none).
    """
    if found := Finding.objects.filter(key=key).first():
        return found
    if patrol.state != PatrolState.VISITED:
        raise NotVisited
    asked = Asked(title=f"巡回：{text}"[:120], category=category, body=text, office=patrol.office)
    ticket = ticket_open(
        desk=DeskCode.HELPDESK, channel=TicketChannel.STAFF, asked=asked, key=f"patrol-finding-{key}", by=by
    )
    finding = Finding.objects.create(key=key, patrol=patrol, text=text, due_on=due_on, ticket=ticket)
    record(action="training.finding_noted", subject=finding, by=by, detail={"ticket": ticket.pk})
    return finding


def _moved(patrol: Patrol, state: PatrolState) -> Patrol:
    held = Patrol.objects.select_for_update(of=("self",)).select_related("office__calendar")
    patrol = held.get(pk=patrol.pk)
    refuse_unless_allowed(PATROL_MOVES, patrol.state, state)
    patrol.state = state
    return patrol


def _written(patrol: Patrol, action: str, by: Actor) -> Patrol:
    patrol.save()
    record(action=action, subject=patrol, by=by, detail={"month": patrol.month.isoformat()})
    return patrol
