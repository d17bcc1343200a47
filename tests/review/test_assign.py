"""Handing over, reassigning, and who is at the desk."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from audit.actors import Actor
from audit.models import AuditEvent
from review.actions import (
    case_claim,
    case_claim_next,
    case_decide,
    case_hand_over,
    case_reassign,
    case_withdraw,
    presence_sign,
    presence_step_out,
)
from review.errors import CannotTakeOver, LeaseLost, MeantForColleague, NotWaiting
from review.expected import expected_wait
from review.models import Case, CaseMessage, CaseState, MessageKind, Presence, Verdict
from tests.counters.desk import Desk
from tests.people import sign_in, staff_member
from tests.review.test_lease import LATER


@pytest.mark.requirement("kitakyushu-24")
def test_a_handed_over_case_is_the_colleagues_first(desk: Desk, claimed: Case, second: User) -> None:
    older = desk.submitted()
    Case.objects.filter(pk=older.pk).update(due_at=timezone.now() - timedelta(hours=1))
    assert claimed.lease_token is not None
    case_hand_over(case=claimed, token=claimed.lease_token, to=second, note="住所を見てください", by=desk.city)
    held = Case.objects.get(pk=claimed.pk)
    assert (held.state, held.meant_for, held.lease_token) == (CaseState.SUBMITTED, second, None)
    assert CaseMessage.objects.get().kind == MessageKind.HANDOVER
    with pytest.raises(MeantForColleague):
        case_claim(case=claimed, by=desk.city)
    # What is meant for them comes before what is due first.
    assert case_claim_next(by=Actor.staff(second)).pk == claimed.pk
    assert Case.objects.get(pk=claimed.pk).meant_for is None
    assert case_claim_next(by=desk.city).pk == older.pk


def test_the_note_is_the_first_thing_the_colleague_reads_and_who_gave_it_sees_whose_the_case_is(
    desk: Desk, claimed: Case, second: User
) -> None:
    assert claimed.lease_token is not None
    case_hand_over(case=claimed, token=claimed.lease_token, to=second, note="住所を見てください", by=desk.city)
    address = f"/staff/review/cases/{claimed.pk}/"
    former = sign_in(Client(), desk.reviewer).get(address).content.decode()
    assert f"{second.display_name}さんに任されています" in former
    assert "この件を受け持つ" not in former.split('id="lease"')[0]
    colleague = sign_in(Client(), second)
    assert "この件を受け持つ" in colleague.get(address).content.decode()
    case_claim(case=claimed, by=Actor.staff(second))
    shown = colleague.get(address).content.decode()
    assert f"{desk.reviewer.display_name}さんからの引き継ぎ" in shown
    assert shown.index("さんからの引き継ぎ") < shown.index("申請書番号")


def test_a_colleague_who_does_not_come_holds_nobody_up(desk: Desk, claimed: Case, second: User) -> None:
    assert claimed.lease_token is not None
    case_hand_over(case=claimed, token=claimed.lease_token, to=second, by=desk.city)
    with time_machine.travel(timezone.now() + LATER, tick=True):
        assert case_claim_next(by=desk.city).pk == claimed.pk


def test_only_the_holder_hands_over_and_only_to_who_may_decide(desk: Desk, claimed: Case, second: User) -> None:
    assert claimed.lease_token is not None
    with pytest.raises(LeaseLost):
        case_hand_over(case=claimed, token=uuid4(), to=second, by=desk.city)
    for unfit in (desk.reviewer, desk.clerk, staff_member(Role.MANAGER)):
        with pytest.raises(CannotTakeOver):
            case_hand_over(case=claimed, token=claimed.lease_token, to=unfit, by=desk.city)
    Case.objects.update(first_look_by=second)
    with pytest.raises(CannotTakeOver):
        case_hand_over(case=claimed, token=claimed.lease_token, to=second, by=desk.city)
    assert Case.objects.get().state == CaseState.CLAIMED


def test_the_supervisor_takes_a_case_out_of_somebodys_hands(desk: Desk, claimed: Case, second: User) -> None:
    officer = Actor.staff(staff_member(Role.CITY_OFFICER))
    case_reassign(case=claimed, to=second, by=officer)
    held = Case.objects.get()
    assert (held.state, held.meant_for, held.version) == (CaseState.SUBMITTED, second, claimed.version + 1)
    with pytest.raises(LeaseLost):
        desk_decides(desk, claimed)
    case_reassign(case=claimed, to=None, by=officer)
    assert case_claim_next(by=desk.city).pk == claimed.pk
    assert AuditEvent.objects.filter(action="case.reassigned").count() == 2


def desk_decides(desk: Desk, case: Case) -> None:
    assert case.lease_token is not None
    case_decide(
        case=case, token=case.lease_token, version=case.version, verdict=Verdict.APPROVED, reason=None, by=desk.city
    )


def test_a_closed_case_is_given_to_nobody(desk: Desk, case: Case, second: User) -> None:
    case_withdraw(case=case, by=desk.by)
    with pytest.raises(NotWaiting):
        case_reassign(case=case, to=second, by=Actor.staff(staff_member(Role.CITY_OFFICER)))


# -- who is there, and how long it takes -----------------------------------------------------------------
def test_a_screen_that_falls_silent_is_nobody(desk: Desk, second: User) -> None:
    presence_sign(by=desk.city)
    presence_sign(by=Actor.staff(second))
    assert Presence.objects.at_desk().count() == 2
    presence_step_out(away=True, by=Actor.staff(second))
    presence_sign(by=Actor.staff(second))
    assert Presence.objects.at_desk().get().user == desk.reviewer
    presence_step_out(away=False, by=Actor.staff(second))
    assert Presence.objects.at_desk().count() == 2
    with time_machine.travel(timezone.now() + timedelta(seconds=61), tick=True):
        assert not Presence.objects.at_desk().exists()
    # Coming and going is on record, the signs between are not.
    assert AuditEvent.objects.filter(action__startswith="reviewer.").count() == 4


def test_the_counter_learns_numbers_and_no_names(desk: Desk, second: User) -> None:
    assert expected_wait().minutes is None
    presence_sign(by=desk.city)
    alone = expected_wait()
    cases = [desk.submitted() for _ in range(3)]
    busy = expected_wait()
    assert (alone.reviewers, alone.ahead, busy.ahead) == (1, 0, 3)
    assert alone.minutes is not None
    assert busy.minutes is not None
    assert busy.minutes > alone.minutes
    presence_sign(by=Actor.staff(second))
    assert (expected_wait().minutes or 0) < busy.minutes
    assert expected_wait(cases[0]).ahead == 0
    seen = sign_in(Client(), desk.clerk).get(f"/staff/counters/visits/{cases[1].visit_id}/").content.decode()
    assert "先に待っている件は1件です" in seen
    case_claim(case=cases[1], by=desk.city)
    seen = sign_in(Client(), desk.clerk).get(f"/staff/counters/visits/{cases[1].visit_id}/").content.decode()
    assert "市が審査しています" in seen
    assert "先に待っている件" not in seen  # somebody has it: nobody stands before it
