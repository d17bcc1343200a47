"""The city's answer, as an action and as the reviewer gives it on the screen."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any
from uuid import UUID, uuid4

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.models import User
from audit.actors import Actor
from audit.models import AuditEvent
from counters.models import ReviewResult, Visit, VisitState
from postoffices.rules import USUAL_CHECKS
from review.actions import case_claim, case_decide, case_withdraw
from review.errors import LeaseLost, OwnPicture, ReasonMissing
from review.models import Case, CaseState, Decision, FirstLook, ReasonCode, Verdict
from tests.counters.desk import Desk
from tests.review.test_lease import LATER

ALL_CHECKED = list(dict.fromkeys(point.code for point in USUAL_CHECKS))
NOTE = "もう一度、明るい所で撮ってください"


def decide(desk: Desk, case: Case, **changed: Any) -> Decision | FirstLook:
    values: dict[str, Any] = {
        "case": case,
        "token": case.lease_token,
        "version": case.version,
        "verdict": Verdict.APPROVED,
        "reason": None,
        "remarks": "",
        "by": desk.city,
    }
    return case_decide(**(values | changed))


@pytest.mark.parametrize(
    ("verdict", "state", "result", "attempt"),
    [
        (Verdict.APPROVED, CaseState.APPROVED, ReviewResult.APPROVED, 1),
        (Verdict.RESHOOT, CaseState.RESHOOT, ReviewResult.RESHOOT, 2),
        (Verdict.REJECTED, CaseState.REJECTED, ReviewResult.REJECTED, 1),
    ],
)
@pytest.mark.requirement("kitakyushu-24")
def test_an_answer_reaches_case_and_visit(
    desk: Desk, claimed: Case, verdict: Verdict, state: CaseState, result: ReviewResult, attempt: int
) -> None:
    decide(desk, claimed, verdict=verdict, reason=ReasonCode.GLARE, remarks=NOTE)
    held = Case.objects.select_related("visit").get()
    assert (held.state, held.attempt, held.lease_token) == (state, attempt, None)
    assert (held.visit.state, held.visit.review_result) == (VisitState.SERVING, result)
    decision = Decision.objects.get()
    assert (decision.attempt, decision.verdict, decision.remarks) == (1, verdict, NOTE)
    assert (decision.decided_by, decision.submitted_at) == (desk.reviewer, claimed.submitted_at)


@pytest.mark.parametrize(
    "stale",
    [{"token": uuid4()}, {"version": 1}, {"version": 99}],
)
def test_a_stale_token_or_version_decides_nothing(desk: Desk, claimed: Case, stale: dict[str, Any]) -> None:
    with pytest.raises(LeaseLost):
        decide(desk, claimed, **stale)
    assert Case.objects.get().state == CaseState.CLAIMED
    assert not Decision.objects.exists()


def test_a_lease_that_ran_out_decides_nothing(desk: Desk, claimed: Case) -> None:
    with time_machine.travel(timezone.now() + LATER, tick=True), pytest.raises(LeaseLost):
        decide(desk, claimed)
    assert not Decision.objects.exists()


def test_another_reviewer_cannot_use_the_token(desk: Desk, claimed: Case, second: User) -> None:
    with pytest.raises(LeaseLost):
        decide(desk, claimed, by=Actor.staff(second))
    assert not Decision.objects.exists()


def test_a_withdrawn_case_is_not_decided(desk: Desk, claimed: Case) -> None:
    case_withdraw(case=claimed, by=desk.by)
    with pytest.raises(LeaseLost):
        decide(desk, claimed)


def test_whoever_took_the_pictures_cannot_decide(desk: Desk, claimed: Case) -> None:
    """Not even with the claim in hand, nor when the object at hand names somebody else."""
    Case.objects.update(captured_by=desk.reviewer)
    with pytest.raises(LeaseLost):
        decide(desk, claimed)
    with pytest.raises(OwnPicture):
        decide(desk, Case.objects.get())
    assert not Decision.objects.exists()


@pytest.mark.parametrize("verdict", [Verdict.RESHOOT, Verdict.REJECTED])
def test_a_refusal_needs_its_reason(desk: Desk, claimed: Case, verdict: Verdict) -> None:
    with pytest.raises(ReasonMissing):
        decide(desk, claimed, verdict=verdict)
    assert Case.objects.get().state == CaseState.CLAIMED


def test_a_decision_without_its_audit_event_is_not_made(
    desk: Desk, claimed: Case, audit_cannot_be_written: Callable[[], AbstractContextManager[None]]
) -> None:
    with audit_cannot_be_written():
        decide(desk, claimed)
    held = Case.objects.select_related("visit").get()
    assert (held.state, held.visit.state) == (CaseState.CLAIMED, VisitState.AWAITING_REVIEW)
    assert not Decision.objects.exists()
    decide(desk, claimed)
    assert AuditEvent.objects.filter(action="case.decided", subject_id=str(claimed.pk)).count() == 1


def sent(case: Case, verdict: Verdict, **more: Any) -> dict[str, Any]:
    """What the screen sends."""
    return {"token": case.lease_token, "version": case.version, "verdict": str(verdict), **more}


def address(case: Case, what: str = "decide") -> str:
    return f"/staff/review/cases/{case.pk}/{what}/"


@pytest.mark.requirement("kitakyushu-24")
def test_approved_on_the_screen(reviewer: Client, claimed: Case) -> None:
    answer = reviewer.post(address(claimed), sent(claimed, Verdict.APPROVED, checks=ALL_CHECKED), follow=True)
    assert "承認しました" in answer.content.decode()
    assert Case.objects.get().state == CaseState.APPROVED
    page = reviewer.get(address(claimed, "").replace("//", "/")).content.decode()
    assert "回答済みです" in page
    assert "これまでの回答" in page


def test_approving_needs_every_check(reviewer: Client, claimed: Case) -> None:
    data = sent(claimed, Verdict.APPROVED, checks=ALL_CHECKED[:-1], remarks=NOTE)
    answer = reviewer.post(address(claimed), data)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "すべて確かめて印を付けてください" in page
    assert NOTE in page
    assert page.count("checked") == len(ALL_CHECKED) - 1
    assert Case.objects.get().state == CaseState.CLAIMED


@pytest.mark.parametrize("verdict", [Verdict.RESHOOT, Verdict.REJECTED])
def test_refusing_needs_a_reason_and_other_needs_words(reviewer: Client, claimed: Case, verdict: Verdict) -> None:
    bare = reviewer.post(address(claimed), sent(claimed, verdict, remarks=NOTE))
    assert (bare.status_code, NOTE in bare.content.decode()) == (422, True)
    other = reviewer.post(address(claimed), sent(claimed, verdict, reason="other"))
    assert "窓口で伝える内容を書いてください" in other.content.decode()
    assert not Decision.objects.exists()
    full = sent(claimed, verdict, reason="blurred", remarks=NOTE, next_step="ward_office")
    reviewer.post(address(claimed), full)
    assert Decision.objects.get().verdict == verdict


def test_a_my_number_in_the_remarks_is_refused(reviewer: Client, claimed: Case) -> None:
    data = sent(claimed, Verdict.RESHOOT, reason="blurred", remarks="番号は123456789018です")
    assert reviewer.post(address(claimed), data).status_code == 422
    assert not Decision.objects.exists()


@pytest.mark.parametrize("changed", [{"verdict": "maybe"}, {"token": "x"}, {"version": "x"}, {"reason": "odd"}])
def test_odd_values_decide_nothing(reviewer: Client, claimed: Case, changed: dict[str, str]) -> None:
    data = sent(claimed, Verdict.RESHOOT, reason="blurred") | changed
    assert reviewer.post(address(claimed), data).status_code == 422
    assert Case.objects.get().state == CaseState.CLAIMED


def test_a_lost_lease_keeps_what_was_written(reviewer: Client, rival: Client, claimed: Case) -> None:
    data = sent(claimed, Verdict.RESHOOT, reason="glare", remarks=NOTE, checks=["clear"])
    with time_machine.travel(timezone.now() + LATER, tick=True):
        rival.post(address(claimed, "claim"))
        lost = reviewer.post(address(claimed), data)
        page = lost.content.decode()
        assert lost.status_code == 422
        assert "決定は記録されていません" in page
        assert NOTE in page
        assert '<option value="glare" selected>' in page
        assert "/staff/review/images/" not in page
        taken = Case.objects.get()
        rival.post(address(claimed, "release"), {"token": taken.lease_token})
        again = reviewer.post(address(claimed, "claim"), data)
        assert again.status_code == 200
        assert NOTE in again.content.decode()
        assert "/staff/review/images/" in again.content.decode()
        held = Case.objects.get()
        assert str(held.lease_token) in again.content.decode()
        reviewer.post(address(held), data | sent(held, Verdict.RESHOOT))
    assert Decision.objects.get().remarks == NOTE


def test_more_time_leaves_the_page_alone(reviewer: Client, claimed: Case) -> None:
    fragment = reviewer.post(address(claimed, "extend"), {"token": claimed.lease_token}, headers={"HX-Request": "true"})
    assert fragment.status_code == 200
    assert 'id="lease"' in fragment.content.decode()
    assert "<html" not in fragment.content.decode()
    page = reviewer.post(address(claimed, "extend"), {"token": claimed.lease_token, "remarks": NOTE}).content.decode()
    assert NOTE in page


def test_more_time_after_the_end_says_so_in_the_fragment(reviewer: Client, claimed: Case) -> None:
    with time_machine.travel(timezone.now() + LATER, tick=True):
        fragment = reviewer.post(
            address(claimed, "extend"), {"token": claimed.lease_token}, headers={"HX-Request": "true"}
        )
    assert fragment.status_code == 422
    assert "受け持ちの時間が過ぎたか" in fragment.content.decode()
    assert "この件を受け持つ" in fragment.content.decode()


@pytest.mark.parametrize("token", ["", "x", str(UUID(int=0))])
def test_a_wrong_token_neither_extends_nor_releases(reviewer: Client, claimed: Case, token: str) -> None:
    for what in ("extend", "release"):
        assert reviewer.post(address(claimed, what), {"token": token}).status_code == 422
    assert Case.objects.get().lease_until == claimed.lease_until


# -- what the reviewer compares with ----------------------------------------------------------------
def test_a_walk_in_is_compared_with_the_written_form(reviewer: Client, claimed: Case) -> None:
    page = reviewer.get(address(claimed, "").replace("//", "/")).content.decode()
    assert "カードの記載が、写真の申請書と一致している" in page
    assert "予約の内容と一致している" not in page


def test_a_booked_name_is_shown_to_whoever_has_the_case_in_hand(
    desk: Desk, reviewer: Client, rival: Client, case: Case
) -> None:
    Visit.objects.filter(pk=case.visit_id).update(reservation=desk.booking())
    case_claim(case=case, by=desk.city)
    page = reviewer.get(address(case, "").replace("//", "/")).content.decode()
    assert "見本 花子" in page
    assert "予約の内容と一致している" in page
    assert "見本 花子" not in rival.get(address(case, "").replace("//", "/")).content.decode()
    assert AuditEvent.objects.filter(action="case.claimed", subject_id=str(case.pk)).count() == 1


@pytest.mark.parametrize("checks", [ALL_CHECKED, []])
def test_a_second_tab_is_told_that_the_case_is_answered_and_nothing_else(
    reviewer: Client, claimed: Case, checks: list[str]
) -> None:
    reviewer.post(address(claimed), sent(claimed, Verdict.APPROVED, checks=ALL_CHECKED))
    late = reviewer.post(address(claimed), sent(claimed, Verdict.APPROVED, checks=checks))
    page = late.content.decode()
    assert late.status_code == 422
    assert "すでに回答が記録されています" in page
    for untrue in ("受け持ちの時間が過ぎたか", "入力を確認してください", "もう一度受け持ってください"):
        assert untrue not in page
    assert Decision.objects.count() == 1


def test_a_reshoot_is_reported_in_good_japanese(desk: Desk, reviewer: Client, claimed: Case) -> None:
    answer = reviewer.post(address(claimed), sent(claimed, Verdict.RESHOOT, reason="blurred"), follow=True)
    assert f"{desk.town.office.name}の件の撮り直しを依頼しました。" in answer.content.decode()
