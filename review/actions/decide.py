"""The city's answer (kitakyushu-24): one UPDATE that checks lease, version and expiry, then its consequences."""

import uuid

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from audit.actions import record
from audit.actors import Actor
from counters.actions import visit_review_answered
from counters.models import ReviewResult
from review.announce import announce
from review.errors import AlreadyAnswered, LeaseLost, NoLongerWanted, OwnPicture, ReasonMissing
from review.models import Case, CaseState, Decision, ReasonCode, Verdict


@transaction.atomic
def case_decide(
    *, case: Case, token: uuid.UUID, version: int, verdict: Verdict, reason: ReasonCode | None, remarks: str, by: Actor
) -> Decision:
    """Answer the present attempt. Raises LeaseLost when the claim is no longer this reviewer's (AlreadyAnswered
    and NoLongerWanted say why), ReasonMissing for a refusal without reason, OwnPicture for one's own pictures.
    """
    if case.captured_by_id == by.user_id:
        raise OwnPicture
    if verdict != Verdict.APPROVED and not reason:
        raise ReasonMissing
    if case.submitted_at is None:
        raise LeaseLost
    now = timezone.now()
    taken = Case.objects.filter(
        pk=case.pk, state=CaseState.CLAIMED, lease_token=token, version=version, lease_until__gt=now
    ).exclude(captured_by_id=by.user_id)
    answered = taken.filter(claimed_by_id=by.user_id).update(
        state=CaseState(verdict.value),
        version=F("version") + 1,
        attempt=F("attempt") + (1 if verdict == Verdict.RESHOOT else 0),
        lease_token=None,
        lease_until=None,
        decided_at=now,
    )
    if not answered:
        raise why_lost(Case.objects.get(pk=case.pk))
    decision = Decision.objects.create(
        case=case,
        attempt=case.attempt,
        submitted_at=case.submitted_at,
        verdict=verdict,
        reason=reason or "",
        remarks=remarks,
        decided_by_id=by.staff_id,
    )
    visit_review_answered(visit=case.visit, result=ReviewResult(verdict.value), by=by)
    record(
        action="case.decided",
        subject=case,
        by=by,
        detail={"verdict": verdict, "reason": reason or "", "attempt": case.attempt},
    )
    announce(case)
    return decision


def why_lost(case: Case) -> LeaseLost:
    """What to tell somebody who decides a case that is not theirs (any more)."""
    if case.state == CaseState.WITHDRAWN:
        return NoLongerWanted()
    if case.state in (CaseState.APPROVED, CaseState.RESHOOT, CaseState.REJECTED):
        return AlreadyAnswered()
    return LeaseLost()
