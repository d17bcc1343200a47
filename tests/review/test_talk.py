"""A question to the counter and its answer: the case stays where it is, and so does the claim."""

from uuid import uuid4

import pytest
import time_machine
from django.utils import timezone

from audit.models import AuditEvent
from review.actions import case_decide, case_withdraw, question_answer, question_ask
from review.errors import LeaseLost, NothingAsked, NotWaiting
from review.models import Case, CaseMessage, CaseState, MessageKind, Verdict
from tests.counters.desk import Desk
from tests.review.test_lease import LATER


def ask(desk: Desk, case: Case, text: str = "カードは新しいものですか") -> CaseMessage:
    assert case.lease_token is not None
    return question_ask(case=case, token=case.lease_token, text=text, key=uuid4(), by=desk.city)


@pytest.mark.requirement("kitakyushu-24")
def test_asking_and_answering_keep_the_claim(desk: Desk, claimed: Case) -> None:
    with time_machine.travel(timezone.now() + LATER / 2, tick=True):
        ask(desk, claimed)
    with time_machine.travel(timezone.now() + LATER, tick=True):
        question_answer(case=claimed, text="はい、先月のものです", key=uuid4(), by=desk.by)
    # Twice as long as a claim lasts, and still in the same hands.
    with time_machine.travel(timezone.now() + 1.5 * LATER, tick=True):
        assert claimed.lease_token is not None
        case_decide(
            case=claimed,
            token=claimed.lease_token,
            version=claimed.version,
            verdict=Verdict.APPROVED,
            reason=None,
            by=desk.city,
        )
    kinds = list(CaseMessage.objects.values_list("kind", flat=True))
    assert kinds == [MessageKind.QUESTION, MessageKind.ANSWER]
    assert Case.objects.get().state == CaseState.APPROVED


def test_an_answer_does_not_bring_a_lost_claim_back(desk: Desk, claimed: Case) -> None:
    ask(desk, claimed)
    with time_machine.travel(timezone.now() + 2 * LATER, tick=True):
        question_answer(case=claimed, text="はい", key=uuid4(), by=desk.by)
        assert Case.objects.claimable().filter(pk=claimed.pk).exists()


def test_sending_twice_is_one_message(desk: Desk, claimed: Case) -> None:
    key = uuid4()
    assert claimed.lease_token is not None
    for _ in range(2):
        question_ask(case=claimed, token=claimed.lease_token, text="何年ですか", key=key, by=desk.city)
    answer_key = uuid4()
    for _ in range(2):
        question_answer(case=claimed, text="今年です", key=answer_key, by=desk.by)
    assert CaseMessage.objects.count() == 2


def test_who_may_ask_and_when_may_be_answered(desk: Desk, claimed: Case) -> None:
    with pytest.raises(LeaseLost):
        question_ask(case=claimed, token=uuid4(), text="だれですか", key=uuid4(), by=desk.city)
    with pytest.raises(NothingAsked):
        question_answer(case=claimed, text="はい", key=uuid4(), by=desk.by)
    ask(desk, claimed)
    case_withdraw(case=claimed, by=desk.by)
    with pytest.raises(NotWaiting):
        question_answer(case=claimed, text="はい", key=uuid4(), by=desk.by)


def test_the_log_holds_no_word_of_it(desk: Desk, claimed: Case) -> None:
    ask(desk, claimed, "見本さんのカードですか")
    assert "見本" not in str(AuditEvent.objects.get(action="case.asked").detail)
