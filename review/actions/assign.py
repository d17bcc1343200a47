"""Whose case it is to be: handed over by its reviewer, or given to somebody by the supervisor (kitakyushu-24)."""

import uuid
from typing import Any

from django.db import transaction
from django.db.models import F

from accounts.models import User
from accounts.roles import Role
from audit.actions import record
from audit.actors import Actor
from review.actions.lease import RELEASED, lease_end, own_lease
from review.announce import announce
from review.errors import CannotTakeOver, LeaseLost, NotWaiting
from review.models import Case, CaseMessage, CaseState, MessageKind


@transaction.atomic
def case_hand_over(*, case: Case, token: uuid.UUID, to: User, note: str = "", by: Actor) -> Case:
    """Ask a colleague to go on, who has as long as a claim lasts; then it is everybody's again.

    `note` is for reviewers only. Raises LeaseLost, CannotTakeOver.
    """
    held = _locked(case)
    _refuse_unless_fit(held, to, by)
    if not own_lease(held, token, by).update(version=F("version") + 1, **_meant_for(to)):
        raise LeaseLost
    if note:
        CaseMessage.objects.create(
            case=held, attempt=held.attempt, kind=MessageKind.HANDOVER, text=note, written_by_id=by.staff_id
        )
    return _told(held, "case.handed_over", {"to": to.pk}, by)


@transaction.atomic
def case_reassign(*, case: Case, to: User | None, by: Actor) -> Case:
    """The supervisor gives a waiting case to somebody, or back to everybody (`to` None), whoever has it in hand.

    Whoever had it loses the claim; what they wrote stays on their screen. Raises NotWaiting, CannotTakeOver.
    """
    held = _locked(case)
    if held.state not in (CaseState.SUBMITTED, CaseState.CLAIMED):
        raise NotWaiting
    if to is not None:
        _refuse_unless_fit(held, to, by)
    Case.objects.filter(pk=held.pk).update(version=F("version") + 1, **_meant_for(to))
    detail = {"to": to.pk if to else None, "from": held.claimed_by_id}
    return _told(held, "case.reassigned", detail, by)


def _locked(case: Case) -> Case:
    return Case.objects.select_for_update(of=("self",)).select_related("office").get(pk=case.pk)


def _meant_for(to: User | None) -> dict[str, Any]:
    return RELEASED | {"meant_for": to, "meant_until": lease_end() if to else None}


def _refuse_unless_fit(case: Case, to: User, by: Actor) -> None:
    if (
        to.role != Role.REVIEWER
        or not to.is_active
        or to.pk in (case.captured_by_id, case.first_look_by_id, by.user_id)
    ):
        raise CannotTakeOver


def _told(case: Case, action: str, detail: dict[str, Any], by: Actor) -> Case:
    record(action=action, subject=case, by=by, detail=detail)
    announce(case)
    case.refresh_from_db()
    return case
