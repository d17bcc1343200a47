"""Which state may follow which: written down a second time by hand, over every pair."""

from collections.abc import Callable
from itertools import product

import pytest

from audit.errors import Refused
from audit.moves import MoveNotAllowed, refuse_unless_allowed
from counters.actions import (
    visit_arrive,
    visit_await_review,
    visit_call,
    visit_call_back,
    visit_leave,
    visit_review_answered,
    visit_serve,
)
from counters.models import VISIT_MOVES, ReviewResult, Visit, VisitState
from tests.counters.desk import Desk

S = VisitState
ALLOWED = {
    (S.EXPECTED, S.ARRIVED),
    (S.EXPECTED, S.MISSED),
    (S.ARRIVED, S.CALLED),
    (S.ARRIVED, S.SERVING),
    (S.ARRIVED, S.LEFT),
    (S.CALLED, S.ARRIVED),
    (S.CALLED, S.SERVING),
    (S.CALLED, S.LEFT),
    (S.SERVING, S.AWAITING_REVIEW),
    (S.SERVING, S.FINISHED),
    (S.SERVING, S.LEFT),
    (S.AWAITING_REVIEW, S.SERVING),
    (S.AWAITING_REVIEW, S.LEFT),
    (S.MISSED, S.ARRIVED),
}

Act = Callable[[Desk, Visit], Visit]

ACTIONS: dict[str, Act] = {
    "serve": lambda desk, visit: visit_serve(visit=visit, by=desk.by),
    "await_review": lambda desk, visit: visit_await_review(visit=visit, by=desk.by),
    "answered": lambda desk, visit: visit_review_answered(visit=visit, result=ReviewResult.APPROVED, by=desk.city),
    "finish": lambda desk, visit: desk.sent_on(visit),
    "call": lambda desk, visit: visit_call(visit=visit, to="2", by=desk.by),
    "call_back": lambda desk, visit: visit_call_back(visit=visit, by=desk.by),
    "leave": lambda desk, visit: visit_leave(visit=visit, by=desk.by),
}
# What each action makes of a visit in each state; what is not here is refused and changes nothing.
BECOMES = {
    ("serve", S.ARRIVED): S.SERVING,
    ("serve", S.CALLED): S.SERVING,
    ("serve", S.SERVING): S.SERVING,  # a second tap
    ("await_review", S.SERVING): S.AWAITING_REVIEW,
    ("answered", S.AWAITING_REVIEW): S.SERVING,
    ("finish", S.SERVING): S.FINISHED,
    ("finish", S.FINISHED): S.FINISHED,  # a second tap
    ("call", S.ARRIVED): S.CALLED,
    ("call", S.CALLED): S.CALLED,  # once more
    ("call_back", S.CALLED): S.ARRIVED,
    ("call_back", S.ARRIVED): S.ARRIVED,  # a second tap
    ("leave", S.ARRIVED): S.LEFT,
    ("leave", S.CALLED): S.LEFT,
    ("leave", S.SERVING): S.LEFT,
    ("leave", S.AWAITING_REVIEW): S.LEFT,
    ("leave", S.LEFT): S.LEFT,  # a second tap
}
REACHED = [state for state in VisitState if state != S.EXPECTED]


@pytest.mark.parametrize(("old", "new"), [*product(VisitState, VisitState)])
def test_every_pair_of_states(old: VisitState, new: VisitState) -> None:
    if (old, new) in ALLOWED:
        refuse_unless_allowed(VISIT_MOVES, old, new)
        return
    with pytest.raises(MoveNotAllowed) as refusal:
        refuse_unless_allowed(VISIT_MOVES, old, new)
    assert old.label in refusal.value.message
    assert new.label in refusal.value.message


@pytest.mark.parametrize(("name", "state"), [*product(ACTIONS, REACHED)])
def test_every_action_in_every_state(desk: Desk, name: str, state: VisitState) -> None:
    visit = desk.visit_in(state)
    before = Visit.objects.values().get(pk=visit.pk)
    if (becomes := BECOMES.get((name, state))) is not None:
        ACTIONS[name](desk, visit)
        visit.refresh_from_db()
        assert visit.state == becomes
        return
    with pytest.raises(Refused):
        ACTIONS[name](desk, visit)
    assert Visit.objects.values().get(pk=visit.pk) == before


def test_somebody_who_was_missed_may_still_arrive(desk: Desk) -> None:
    missed = desk.visit_in(S.MISSED)
    assert missed.reservation is not None
    arrived = visit_arrive(reservation=missed.reservation, by=desk.by)
    assert arrived.pk == missed.pk
    assert arrived.state == S.ARRIVED
