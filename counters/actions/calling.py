"""Calling people to the counter, by their number (yatsushiro-05, fukutsu-03)."""

from django.db import transaction
from django.utils import timezone

from audit.actions import record
from audit.actors import Actor
from audit.moves import MoveNotAllowed
from counters.actions.held import held, move, tell
from counters.errors import NobodyToCall
from counters.models import Visit, VisitState
from postoffices.models import Office


@transaction.atomic
def visit_call(*, visit: Visit, to: str, by: Actor) -> Visit:
    """Call the person to counter `to`; once more when called before. Raises MoveNotAllowed."""
    visit = held(visit)
    if visit.state != VisitState.CALLED:
        move(visit, VisitState.CALLED)
    return _called(visit, to, by)


@transaction.atomic
def visit_call_next(*, office: Office, to: str, by: Actor) -> Visit:
    """Call whose turn it is. Two counters that press at once call two people. Raises NobodyToCall."""
    waiting = Visit.objects.to_be_called(office, timezone.localdate())
    visit = waiting.select_for_update(skip_locked=True, of=("self",)).select_related("office").first()
    if visit is None:
        raise NobodyToCall
    move(visit, VisitState.CALLED)
    return _called(visit, to, by)


def _called(visit: Visit, to: str, by: Actor) -> Visit:
    visit.called_to = to
    visit.called_at = timezone.now()
    visit.save(update_fields=["state", "called_to", "called_at"])
    record(action="visit.called", subject=visit, by=by)
    tell(visit)
    return visit


@transaction.atomic
def visit_call_back(*, visit: Visit, by: Actor) -> Visit:
    """Nobody answered the call: the person waits again. A second tap changes nothing."""
    visit = held(visit)
    if visit.state == VisitState.ARRIVED:
        return visit
    if visit.state != VisitState.CALLED:
        raise MoveNotAllowed("呼び出し中の来局ではありません。画面を開き直して、今の状態を確かめてください。")
    move(visit, VisitState.ARRIVED)
    visit.save(update_fields=["state"])
    record(action="visit.call_taken_back", subject=visit, by=by)
    tell(visit)
    return visit
