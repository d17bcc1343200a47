"""A second person looks before the counter hears: by procedure, for newcomers, by lot."""

import pytest
from django.utils import timezone

from accounts.models import User
from audit.actors import Actor
from audit.models import AuditEvent
from counters.models import Visit, VisitState
from postoffices.rules import SecondLook
from review.actions import case_claim, case_claim_next, case_decide, presence_sign
from review.errors import LeaseLost, NothingToClaim, OwnFirstLook
from review.models import Case, CaseState, Decision, FirstLook, LookRule, ReasonCode, Verdict
from review.second_look import drawn
from tests.counters.desk import Desk
from tests.review.conftest import SecondLooks


def answer(case: Case, by: Actor, verdict: Verdict = Verdict.APPROVED) -> Decision | FirstLook:
    held = case_claim(case=case, by=by)
    assert held.lease_token is not None
    reason = None if verdict == Verdict.APPROVED else ReasonCode.EXPIRED_DOCUMENT
    return case_decide(case=held, token=held.lease_token, version=held.version, verdict=verdict, reason=reason, by=by)


@pytest.mark.requirement("kitakyushu-24")
def test_the_counter_hears_only_after_the_second_person(
    desk: Desk, case: Case, second: User, second_looks: SecondLooks
) -> None:
    second_looks(SecondLook(procedures=[desk.town.renewal.code]))
    first = answer(case, desk.city, Verdict.APPROVED)
    assert isinstance(first, FirstLook)
    assert (first.rule, first.verdict) == (LookRule.PROCEDURE, Verdict.APPROVED)
    held = Case.objects.get()
    assert (held.state, held.first_look_by, held.lease_token) == (CaseState.SUBMITTED, desk.reviewer, None)
    assert Visit.objects.get(pk=case.visit_id).state == VisitState.AWAITING_REVIEW
    assert not Decision.objects.exists()
    answer(case, Actor.staff(second), Verdict.REJECTED)
    # The second one's answer counts; both stand on record.
    assert Decision.objects.get().verdict == Verdict.REJECTED
    assert Decision.objects.get().decided_by == second
    assert FirstLook.objects.get().verdict == Verdict.APPROVED
    assert Visit.objects.get(pk=case.visit_id).state == VisitState.SERVING


def test_the_first_one_cannot_be_the_second(desk: Desk, case: Case, second_looks: SecondLooks) -> None:
    second_looks(SecondLook(procedures=[desk.town.renewal.code]))
    answer(case, desk.city)
    with pytest.raises(NothingToClaim):
        case_claim_next(by=desk.city)
    with pytest.raises(OwnFirstLook):
        case_claim(case=case, by=desk.city)
    held = case_claim(case=case, by=Actor.staff(desk.colleague))
    # Not even with the claim in hand: the UPDATE itself says no.
    Case.objects.update(claimed_by=desk.reviewer)
    assert held.lease_token is not None
    with pytest.raises(LeaseLost):
        case_decide(
            case=held, token=held.lease_token, version=held.version, verdict=Verdict.APPROVED, reason=None, by=desk.city
        )
    assert not Decision.objects.exists()


def test_a_reshoot_goes_out_at_once_and_the_next_attempt_starts_anew(
    desk: Desk, case: Case, second: User, second_looks: SecondLooks
) -> None:
    second_looks(SecondLook(procedures=[desk.town.renewal.code]))
    answer(case, desk.city)
    answer(case, Actor.staff(second), Verdict.RESHOOT)
    held = Case.objects.get()
    assert (held.state, held.attempt, held.first_look_by) == (CaseState.RESHOOT, 2, None)


def test_a_newcomers_first_answers_are_looked_at_again(
    desk: Desk, case: Case, second: User, second_looks: SecondLooks
) -> None:
    second_looks(SecondLook(first_cases=1))
    assert isinstance(answer(case, desk.city), FirstLook)
    assert isinstance(answer(desk.submitted(), desk.city), Decision)


def test_the_lot_is_skipped_while_nobody_else_is_there(
    desk: Desk, case: Case, second: User, second_looks: SecondLooks
) -> None:
    second_looks(SecondLook(share_percent=100))
    presence_sign(by=desk.city)
    assert isinstance(answer(case, desk.city), Decision)
    assert AuditEvent.objects.get(action="case.decided").detail["second_look"] == "skipped"
    presence_sign(by=Actor.staff(second))
    assert isinstance(answer(desk.submitted(), desk.city), FirstLook)


def test_a_procedure_that_needs_two_waits_for_the_second(desk: Desk, case: Case, second_looks: SecondLooks) -> None:
    second_looks(SecondLook(procedures=[desk.town.renewal.code]))
    presence_sign(by=desk.city)
    assert isinstance(answer(case, desk.city), FirstLook)


def test_the_lot_falls_alike_for_a_case_and_on_the_share_that_is_asked(desk: Desk, case: Case) -> None:
    cases = [Case(pk=number, attempt=1) for number in range(1, 2001)]
    fallen = [drawn(each, 10) for each in cases]
    assert fallen == [drawn(each, 10) for each in cases]
    assert 130 <= sum(fallen) <= 270
    assert not any(drawn(each, 0) for each in cases)
    assert all(drawn(each, 100) for each in cases)


def test_what_the_first_one_found_is_kept_when_the_case_is_withdrawn(
    desk: Desk, case: Case, second_looks: SecondLooks
) -> None:
    second_looks(SecondLook(procedures=[desk.town.renewal.code]))
    answer(case, desk.city)
    assert FirstLook.objects.get().decided_at <= timezone.now()
    with pytest.raises(Exception, match="first_look_once_per_attempt"):
        FirstLook.objects.create(
            case=case, attempt=1, rule=LookRule.SAMPLE, verdict=Verdict.APPROVED, decided_by=desk.reviewer
        )
