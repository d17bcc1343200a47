"""A question to the counter and its answer, without leaving the case."""

import uuid

from django.db import transaction
from django.utils import timezone

from audit.actions import record
from audit.actors import Actor
from live.notify import notify
from review.actions.lease import lease_end, own_lease
from review.errors import LeaseLost, NothingAsked, NotWaiting
from review.models import Case, CaseMessage, CaseState, MessageKind

WAITING = (CaseState.SUBMITTED, CaseState.CLAIMED)


@transaction.atomic
def question_ask(*, case: Case, token: uuid.UUID, text: str, key: uuid.UUID, by: Actor) -> CaseMessage:
    """Ask the counter while the case is in hand; the time to keep it starts anew. Raises LeaseLost."""
    if found := CaseMessage.objects.filter(key=key, case=case, written_by_id=by.user_id).first():
        return found
    if not own_lease(case, token, by).update(lease_until=lease_end()):
        raise LeaseLost
    return _written(case, MessageKind.QUESTION, text, key, "case.asked", by)


@transaction.atomic
def question_answer(*, case: Case, text: str, key: uuid.UUID, by: Actor) -> CaseMessage:
    """The counter answers; whoever has the case in hand gets fresh time. Raises NotWaiting, NothingAsked."""
    held = Case.objects.select_for_update(of=("self",)).select_related("office").get(pk=case.pk)
    if found := CaseMessage.objects.filter(key=key, case=held, written_by_id=by.user_id).first():
        return found
    if held.state not in WAITING:
        raise NotWaiting
    if not held.messages.filter(kind=MessageKind.QUESTION, attempt=held.attempt).exists():
        raise NothingAsked
    # The reviewer waited for this: reading it must not cost the claim. One that ran out stays lost.
    in_hand = Case.objects.filter(pk=held.pk, state=CaseState.CLAIMED, lease_until__gt=timezone.now())
    in_hand.update(lease_until=lease_end())
    return _written(held, MessageKind.ANSWER, text, key, "case.answered_question", by)


def _written(case: Case, kind: MessageKind, text: str, key: uuid.UUID, action: str, by: Actor) -> CaseMessage:
    message = CaseMessage.objects.create(
        case=case, attempt=case.attempt, kind=kind, text=text, key=key, written_by_id=by.staff_id
    )
    record(action=action, subject=case, by=by, detail={"attempt": case.attempt})
    for topic in (f"office:{case.office.code}", "review"):
        notify(topic=topic, kind="message", id=case.pk)
    return message
