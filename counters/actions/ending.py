"""The end of a visit: with an outcome, or because the person went away."""

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from audit.actions import record
from audit.actors import Actor
from counters.actions.held import held, move, tell
from counters.actions.numbers import next_number
from counters.endings import before_ending
from counters.errors import ReasonDoesNotFit, ReasonMissing, ReviewNotApproved
from counters.models import REASONS, Outcome, Reason, Referral, ReviewResult, SeriesKind, Visit, VisitState
from postoffices.counter_rules import ReferralPlace
from writing.dates import fiscal_year


@transaction.atomic
def visit_finish(
    *,
    visit: Visit,
    outcome: Outcome,
    reason: Reason | None = None,
    place: ReferralPlace | None = None,
    things: Sequence[str] = (),
    note: str = "",
    by: Actor,
) -> Visit:
    """The visit ends with an outcome; a second tap with the same one changes nothing.

    `place` and `things` are for somebody who is sent on: they become the printed slip.
    Raises ReviewNotApproved for 'completed' without the city's approval, ReasonMissing, ReasonDoesNotFit.
    """
    before_ending(visit, by)
    visit = held(visit)
    if visit.state == VisitState.FINISHED and visit.outcome == outcome:
        return visit
    move(visit, VisitState.FINISHED)
    if outcome == Outcome.COMPLETED and visit.review_result != ReviewResult.APPROVED:
        raise ReviewNotApproved
    _refuse_unless_explained(outcome, reason)
    visit.outcome, visit.reason, visit.note = outcome, reason or "", note
    visit.finished_at = timezone.now()
    visit.finished_by_id = by.user_id
    if visit.terminal_at is not None:
        visit.terminal_done_at = visit.finished_at
    visit.save()
    if place is not None and outcome == Outcome.REFERRED:
        _refer(visit, place, things)
    record(action="visit.finished", subject=visit, by=by, detail={"outcome": outcome, "reason": reason or ""})
    tell(visit)
    return visit


def _refuse_unless_explained(outcome: Outcome, reason: Reason | None) -> None:
    if reason is None and outcome in REASONS:
        raise ReasonMissing
    if reason is not None and reason not in REASONS.get(outcome, ()):
        raise ReasonDoesNotFit


def _refer(visit: Visit, place: ReferralPlace, things: Sequence[str]) -> None:
    year = fiscal_year(timezone.localdate())
    Referral.objects.create(
        visit=visit,
        fiscal_year=year,
        number=next_number(office=visit.office, kind=SeriesKind.REFERRAL, period=str(year)),
        place_code=place.code,
        place_name=place.name,
        place_address=place.address,
        place_phone=place.phone,
        place_hours=place.hours_text,
        things=list(things),
    )


@transaction.atomic
def visit_leave(*, visit: Visit, note: str = "", by: Actor) -> Visit:
    """The person went away before the end; what was still open with the city is withdrawn."""
    before_ending(visit, by)
    visit = held(visit)
    if visit.state == VisitState.LEFT:
        return visit
    move(visit, VisitState.LEFT)
    visit.note = note
    visit.finished_at = timezone.now()
    visit.finished_by_id = by.user_id
    visit.save()
    record(action="visit.left", subject=visit, by=by)
    tell(visit)
    return visit
