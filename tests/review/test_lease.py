"""Claiming a case, keeping it, giving it back, losing it."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from itertools import product
from uuid import uuid4

import pytest
import time_machine
from django.utils import timezone

from accounts.models import User
from audit.actors import Actor
from audit.models import AuditEvent
from audit.moves import MoveNotAllowed, refuse_unless_allowed
from postoffices.neutral import NEUTRAL_RULES
from review.actions import case_claim, case_claim_next, case_extend, case_release, leases_release_expired
from review.errors import AlreadyClaimed, LeaseLost, NothingToClaim, OwnPicture
from review.models import CASE_MOVES, Case, CaseState
from review.tasks import release_expired_leases
from tests.counters.desk import Desk
from tests.reservations.town import SYSTEM

S = CaseState
ALLOWED = {
    (S.CAPTURING, S.SUBMITTED),
    (S.CAPTURING, S.WITHDRAWN),
    (S.SUBMITTED, S.CLAIMED),
    (S.SUBMITTED, S.WITHDRAWN),
    (S.CLAIMED, S.SUBMITTED),
    (S.CLAIMED, S.APPROVED),
    (S.CLAIMED, S.RESHOOT),
    (S.CLAIMED, S.REJECTED),
    (S.CLAIMED, S.WITHDRAWN),
    (S.RESHOOT, S.SUBMITTED),
    (S.RESHOOT, S.WITHDRAWN),
}
# A moment after the lease's end.
LATER = timedelta(minutes=NEUTRAL_RULES.review.lease_minutes, seconds=1)


@pytest.mark.parametrize(("old", "new"), [*product(S, S)])
def test_every_pair_of_states(old: S, new: S) -> None:
    if (old, new) in ALLOWED:
        refuse_unless_allowed(CASE_MOVES, old, new)
        return
    with pytest.raises(MoveNotAllowed, match=str(old.label)):
        refuse_unless_allowed(CASE_MOVES, old, new)


def after_the_lease() -> AbstractContextManager[object]:
    return time_machine.travel(timezone.now() + LATER, tick=True)


def test_the_next_is_the_one_that_is_due_first(desk: Desk) -> None:
    late, urgent = desk.submitted(), desk.submitted()
    Case.objects.filter(pk=urgent.pk).update(due_at=timezone.now() - timedelta(minutes=1))
    assert [case_claim_next(by=desk.city).pk for _ in range(2)] == [urgent.pk, late.pk]
    with pytest.raises(NothingToClaim):
        case_claim_next(by=desk.city)


def test_a_claim_has_a_token_and_an_end(desk: Desk, claimed: Case) -> None:
    assert (claimed.state, claimed.claimed_by) == (S.CLAIMED, desk.reviewer)
    assert claimed.lease_token is not None
    assert claimed.lease_until is not None
    assert timezone.now() < claimed.lease_until < timezone.now() + LATER


def test_a_case_in_other_hands_is_not_taken(desk: Desk, claimed: Case, second: User) -> None:
    with pytest.raises(AlreadyClaimed):
        case_claim(case=claimed, by=Actor.staff(second))
    assert Case.objects.get().claimed_by == desk.reviewer


def test_claiming_ones_own_case_again_keeps_the_lease(desk: Desk, claimed: Case) -> None:
    again = case_claim(case=claimed, by=desk.city)
    assert (again.lease_token, again.version) == (claimed.lease_token, claimed.version)


@pytest.mark.parametrize("state", [S.CAPTURING, S.RESHOOT, S.APPROVED, S.REJECTED, S.WITHDRAWN])
def test_only_waiting_cases_are_claimed(desk: Desk, case: Case, state: S) -> None:
    Case.objects.update(state=state)
    with pytest.raises(AlreadyClaimed):
        case_claim(case=case, by=desk.city)
    with pytest.raises(NothingToClaim):
        case_claim_next(by=desk.city)
    assert Case.objects.get().state == state


def test_whoever_took_the_pictures_may_not_claim(desk: Desk, case: Case) -> None:
    with pytest.raises(OwnPicture):
        case_claim(case=case, by=desk.by)
    with pytest.raises(NothingToClaim):
        case_claim_next(by=desk.by)


def test_after_its_end_a_lease_falls_to_whoever_comes(desk: Desk, claimed: Case, second: User) -> None:
    with after_the_lease():
        taken = case_claim_next(by=Actor.staff(second))
        assert (taken.pk, taken.claimed_by) == (claimed.pk, second)
        assert taken.lease_token != claimed.lease_token
        assert claimed.lease_token is not None
        with pytest.raises(LeaseLost):
            case_extend(case=claimed, token=claimed.lease_token, by=desk.city)


def test_the_sweeper_puts_back_what_ran_out_and_nothing_else(desk: Desk, claimed: Case) -> None:
    assert leases_release_expired(by=SYSTEM) == 0
    with after_the_lease():
        kept = case_claim(case=desk.submitted(), by=desk.city)
        release_expired_leases()
        assert {case.pk: case.state for case in Case.objects.all()} == {claimed.pk: S.SUBMITTED, kept.pk: S.CLAIMED}
    assert AuditEvent.objects.filter(action="case.lease_expired").count() == 1
    swept = Case.objects.get(pk=claimed.pk)
    assert (swept.claimed_by, swept.lease_token, swept.version) == (None, None, claimed.version + 1)


def test_extending_moves_the_end_and_leaves_the_version(desk: Desk, claimed: Case) -> None:
    assert claimed.lease_token is not None
    assert claimed.lease_until is not None
    before = claimed.lease_until
    with time_machine.travel(timezone.now() + timedelta(minutes=2), tick=True):
        extended = case_extend(case=Case.objects.get(), token=claimed.lease_token, by=desk.city)
    assert extended.lease_until is not None
    assert extended.lease_until > before + timedelta(minutes=1)
    assert extended.version == claimed.version


@pytest.mark.parametrize("act", [case_extend, case_release])
def test_only_the_holder_with_the_token_extends_or_releases(
    desk: Desk, claimed: Case, second: User, act: Callable[..., Case]
) -> None:
    with pytest.raises(LeaseLost):
        act(case=claimed, token=uuid4(), by=desk.city)
    with pytest.raises(LeaseLost):
        act(case=claimed, token=claimed.lease_token, by=Actor.staff(second))
    with after_the_lease(), pytest.raises(LeaseLost):
        act(case=claimed, token=claimed.lease_token, by=desk.city)
    assert Case.objects.get().lease_until == claimed.lease_until


def test_a_released_case_waits_for_the_next(desk: Desk, claimed: Case, second: User) -> None:
    assert claimed.lease_token is not None
    case_release(case=claimed, token=claimed.lease_token, by=desk.city)
    assert case_claim_next(by=Actor.staff(second)).pk == claimed.pk


def test_without_its_audit_event_nothing_is_claimed(
    desk: Desk, case: Case, audit_cannot_be_written: Callable[[], AbstractContextManager[None]]
) -> None:
    with audit_cannot_be_written():
        case_claim_next(by=desk.city)
    with audit_cannot_be_written():
        case_claim(case=case, by=desk.city)
    assert Case.objects.get().state == S.SUBMITTED
    claimed = case_claim(case=case, by=desk.city)
    assert claimed.lease_token is not None
    for act in (case_extend, case_release):
        with audit_cannot_be_written():
            act(case=Case.objects.get(), token=claimed.lease_token, by=desk.city)
    held = Case.objects.get()
    assert (held.state, held.lease_until) == (S.CLAIMED, claimed.lease_until)
