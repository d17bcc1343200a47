"""Two reviewers and one case, with two real connections. One test shows that the fault is real without the guard."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
from django.db import connections
from django.utils import timezone

from accounts.models import User
from audit.actors import Actor
from review.actions import case_claim, case_claim_next, case_decide
from review.errors import AlreadyAnswered, AlreadyClaimed, NothingToClaim
from review.models import Case, CaseState, Decision, FirstLook, Verdict
from tests.counters.desk import Desk

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE_SECONDS = 30


def at_once(*works: Callable[[], Any]) -> list[Future[Any]]:
    """Each in a thread with a connection of its own, all let go together."""
    start = Barrier(len(works))

    def run(work: Callable[[], Any]) -> Any:
        try:
            start.wait(PATIENCE_SECONDS)
            return work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(works)) as threads:
        done = [threads.submit(run, work) for work in works]
        for future in done:
            future.exception(PATIENCE_SECONDS)
    return done


def won_and_lost(done: list[Future[Any]]) -> tuple[list[Any], list[type[BaseException]]]:
    errors = [error for future in done if (error := future.exception()) is not None]
    return [future.result() for future in done if future.exception() is None], [type(error) for error in errors]


@pytest.mark.parametrize("_again", range(5))
def test_two_reviewers_never_hold_one_case(desk: Desk, case: Case, second: User, _again: int) -> None:
    done = at_once(*(lambda by=by: case_claim(case=case, by=by) for by in (desk.city, Actor.staff(second))))
    won, lost = won_and_lost(done)
    assert (len(won), lost) == (1, [AlreadyClaimed])
    held = Case.objects.get()
    assert (held.claimed_by_id, held.lease_token) == (won[0].claimed_by_id, won[0].lease_token)
    assert held.version == case.version + 1


@pytest.mark.parametrize("_again", range(5))
def test_two_who_take_the_next_get_two_cases(desk: Desk, case: Case, second: User, _again: int) -> None:
    other = desk.submitted()
    won, _ = won_and_lost(
        at_once(lambda: case_claim_next(by=desk.city), lambda: case_claim_next(by=Actor.staff(second)))
    )
    assert {held.pk for held in won} == {case.pk, other.pk}


def test_two_who_take_the_next_of_one(desk: Desk, case: Case, second: User) -> None:
    won, lost = won_and_lost(
        at_once(lambda: case_claim_next(by=desk.city), lambda: case_claim_next(by=Actor.staff(second)))
    )
    assert ([held.pk for held in won], lost) == ([case.pk], [NothingToClaim])


def test_without_the_guard_both_believe_they_hold_it(desk: Desk, case: Case, second: User) -> None:
    """The canary: read, compare, write."""
    both_have_read = Barrier(2)

    def claim_unguarded(reviewer: User) -> bool:
        seen = Case.objects.get(pk=case.pk)
        if seen.state != CaseState.SUBMITTED:
            return False
        both_have_read.wait(PATIENCE_SECONDS)
        seen.state, seen.claimed_by = CaseState.CLAIMED, reviewer
        seen.lease_token, seen.lease_until = uuid4(), timezone.now()
        seen.save()
        return True

    won, _ = won_and_lost(at_once(lambda: claim_unguarded(desk.reviewer), lambda: claim_unguarded(second)))
    assert won == [True, True]


def test_one_answer_of_two_sent_at_once(desk: Desk, claimed: Case) -> None:
    assert claimed.lease_token is not None
    token = claimed.lease_token

    def answer(verdict: Verdict) -> Decision | FirstLook:
        return case_decide(
            case=Case.objects.select_related("visit__office", "office").get(pk=claimed.pk),
            token=token,
            version=claimed.version,
            verdict=verdict,
            reason=None,
            remarks="",
            by=desk.city,
        )

    won, lost = won_and_lost(at_once(lambda: answer(Verdict.APPROVED), lambda: answer(Verdict.APPROVED)))
    assert (len(won), lost) == (1, [AlreadyAnswered])
    assert Decision.objects.count() == 1
