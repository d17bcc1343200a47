"""The city's answer (kitakyushu-24): one UPDATE that checks lease, version and expiry, then its consequences."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from audit.actions import record
from audit.actors import Actor
from counters.actions import visit_review_answered
from counters.models import ReviewResult
from review.announce import announce
from review.errors import AlreadyAnswered, ForeignPicture, LeaseLost, NoLongerWanted, OwnPicture, ReasonMissing
from review.models import (
    Case,
    CaseImage,
    CaseState,
    Decision,
    FirstLook,
    ImageRemark,
    LookRule,
    NextStep,
    ReasonCode,
    Verdict,
)
from review.second_look import SKIPPED, second_look_of


@dataclass(frozen=True, slots=True)
class Remark:
    """Why one picture is to be taken again, and how."""

    image_id: uuid.UUID
    reason: ReasonCode
    note: str = ""


@dataclass(frozen=True, slots=True)
class Findings:
    """What the reviewer found beside the verdict. `checks` are the checklist's points as they read, with `ok`.

    `say` and `next_step` are for a refusal: what the clerk tells the person, and where that person goes next.
    """

    remarks: str = ""
    say: str = ""
    next_step: NextStep | None = None
    checks: Sequence[dict[str, Any]] = ()
    images: Sequence[Remark] = ()


@transaction.atomic
def case_decide(
    *,
    case: Case,
    token: uuid.UUID,
    version: int,
    verdict: Verdict,
    reason: ReasonCode | None,
    remarks: str = "",
    findings: Findings | None = None,
    by: Actor,
) -> Decision | FirstLook:
    """Answer the present attempt; where a second person has to look, give the case on to them (FirstLook).

    `remarks` alone stands for findings of nothing else. Raises LeaseLost when the claim is no longer this
    reviewer's (AlreadyAnswered and NoLongerWanted say why), ReasonMissing for a refusal without reason, OwnPicture
    for one's own pictures, ForeignPicture for a remark about a picture that is not of this attempt.
    """
    found = findings or Findings(remarks=remarks)
    if case.captured_by_id == by.user_id:
        raise OwnPicture
    if verdict != Verdict.APPROVED and not reason:
        raise ReasonMissing
    if case.submitted_at is None:
        raise LeaseLost
    second = second_look_of(case, verdict, by)
    taken = _in_hand(case, token, version, by)
    if isinstance(second, LookRule):
        return _first_look(case, taken, second, verdict, reason, found, by)
    if not taken.update(
        state=CaseState(verdict.value),
        version=F("version") + 1,
        attempt=F("attempt") + (1 if verdict == Verdict.RESHOOT else 0),
        decided_at=timezone.now(),
        **_OUT_OF_HANDS,
        # The next attempt starts anew: whoever looked first may look again.
        **({"first_look_by": None} if verdict == Verdict.RESHOOT else {}),
    ):
        raise why_lost(Case.objects.get(pk=case.pk))
    decision = _decision(case, case.submitted_at, (verdict, reason), found, by)
    visit_review_answered(visit=case.visit, result=ReviewResult(verdict.value), by=by)
    detail = {"verdict": verdict, "reason": reason or "", "attempt": case.attempt}
    if second == SKIPPED:
        detail["second_look"] = SKIPPED
    record(action="case.decided", subject=case, by=by, detail=detail)
    announce(case)
    return decision


_OUT_OF_HANDS = {"lease_token": None, "lease_until": None, "meant_for": None, "meant_until": None}


def _in_hand(case: Case, token: uuid.UUID, version: int, by: Actor) -> QuerySet[Case]:
    """The case, if it is in this reviewer's hands as they saw it; not of who photographed or looked first."""
    held = {"state": CaseState.CLAIMED, "lease_token": token, "version": version, "claimed_by_id": by.user_id}
    taken = Case.objects.filter(pk=case.pk, lease_until__gt=timezone.now(), **held)
    return taken.exclude(captured_by_id=by.user_id).exclude(first_look_by_id=by.user_id, first_look_by__isnull=False)


def _first_look(
    case: Case,
    taken: QuerySet[Case],
    rule: LookRule,
    verdict: Verdict,
    reason: ReasonCode | None,
    found: Findings,
    by: Actor,
) -> FirstLook:
    """Keep what was found, and put the case back for another person. The counter hears nothing of the verdict."""
    back = {"state": CaseState.SUBMITTED, "claimed_by": None, "first_look_by_id": by.user_id}
    if not taken.update(version=F("version") + 1, **back, **_OUT_OF_HANDS):
        raise why_lost(Case.objects.get(pk=case.pk))
    looked = FirstLook.objects.create(
        case=case,
        attempt=case.attempt,
        rule=rule,
        verdict=verdict,
        reason=reason or "",
        remarks=found.remarks,
        checks=list(found.checks),
        decided_by_id=by.staff_id,
    )
    detail = {"verdict": verdict, "rule": rule, "attempt": case.attempt}
    record(action="case.first_look", subject=case, by=by, detail=detail)
    announce(case)
    return looked


def _decision(
    case: Case, sent_at: datetime, answer: tuple[Verdict, ReasonCode | None], found: Findings, by: Actor
) -> Decision:
    verdict, reason = answer
    decision = Decision.objects.create(
        case=case,
        attempt=case.attempt,
        submitted_at=sent_at,
        verdict=verdict,
        reason=reason or "",
        remarks=found.remarks,
        say=found.say,
        next_step=found.next_step or "",
        checks=list(found.checks),
        decided_by_id=by.staff_id,
    )
    named = {remark.image_id for remark in found.images}
    of_attempt = CaseImage.objects.filter(case=case, attempt=case.attempt, removed_at__isnull=True, pk__in=named)
    if of_attempt.count() != len(named):
        raise ForeignPicture
    ImageRemark.objects.bulk_create(
        ImageRemark(decision=decision, image_id=remark.image_id, reason=remark.reason, note=remark.note)
        for remark in found.images
    )
    return decision


def why_lost(case: Case) -> LeaseLost:
    """What to tell somebody who decides a case that is not theirs (any more)."""
    if case.state == CaseState.WITHDRAWN:
        return NoLongerWanted()
    if case.state in (CaseState.APPROVED, CaseState.RESHOOT, CaseState.REJECTED):
        return AlreadyAnswered()
    return LeaseLost()
