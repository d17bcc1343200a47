"""The reviewer's screen and the supervisor's, as pages: reasons per picture, refusals, questions, handing over."""

import re
from uuid import uuid4

import pytest
from django.test import Client

from accounts.models import User
from accounts.roles import Role
from audit.actors import Actor
from postoffices.rules import USUAL_CHECKS, SecondLook
from review.actions import case_claim, presence_sign, question_ask
from review.forms_decide import note_name, reason_name
from review.models import Case, CaseImage, CaseMessage, CaseState, Decision, ImageRemark, NextStep, Presence
from tests.counters.desk import Desk
from tests.people import sign_in, staff_member
from tests.review.conftest import SecondLooks
from tests.review.test_decide import ALL_CHECKED, address, sent

HTMX = {"HX-Request": "true"}


def image_of(case: Case) -> CaseImage:
    image: CaseImage = case.images.get()
    return image


@pytest.mark.requirement("kitakyushu-24")
def test_a_reshoot_says_why_per_picture_and_the_counter_reads_it(desk: Desk, reviewer: Client, claimed: Case) -> None:
    image = image_of(claimed)
    why = {reason_name(image): "glare", note_name(image): "窓を背にしてください"}
    reviewer.post(address(claimed), sent(claimed, "reshoot", **why))  # type: ignore[arg-type]
    decision, remark = Decision.objects.get(), ImageRemark.objects.get()
    assert (decision.verdict, decision.reason) == ("reshoot", "glare")
    assert (remark.image, remark.reason, remark.note) == (image, "glare", "窓を背にしてください")
    page = sign_in(Client(), desk.clerk).get(f"/staff/counters/visits/{claimed.visit_id}/").content.decode()
    assert "窓を背にしてください" in page


def test_a_picture_to_be_taken_again_is_not_approved(reviewer: Client, claimed: Case) -> None:
    why = {reason_name(image_of(claimed)): "glare"}
    data = sent(claimed, "approved", checks=ALL_CHECKED, **why)  # type: ignore[arg-type]
    assert "「問題なし」に戻してください" in reviewer.post(address(claimed), data).content.decode()
    assert not Decision.objects.exists()


def test_a_my_number_in_a_pictures_note_is_refused(reviewer: Client, claimed: Case) -> None:
    image = image_of(claimed)
    why = {reason_name(image): "glare", note_name(image): "123456789018"}
    answer = reviewer.post(address(claimed), sent(claimed, "reshoot", **why))  # type: ignore[arg-type]
    assert answer.status_code == 422
    assert not ImageRemark.objects.exists()


@pytest.mark.requirement("kitakyushu-24")
def test_a_refusal_says_what_the_clerk_tells_and_where_to_go(desk: Desk, reviewer: Client, claimed: Case) -> None:
    bare = sent(claimed, "rejected", reason="expired_document", say="カードの期限が切れています。")  # type: ignore[arg-type]
    page = reviewer.post(address(claimed), bare).content.decode()
    assert "次の案内を選んでください" in page
    assert "カードの期限が切れています。" in page
    reviewer.post(address(claimed), bare | {"next_step": "card_office"})
    decision = Decision.objects.get()
    assert (decision.say, decision.next_step) == ("カードの期限が切れています。", NextStep.CARD_OFFICE)
    shown = sign_in(Client(), desk.clerk).get(f"/staff/counters/visits/{claimed.visit_id}/").content.decode()
    assert "「カードの期限が切れています。」とお伝えください" in shown
    assert NextStep.CARD_OFFICE.label in shown


def test_what_was_confirmed_stands_with_the_decision_as_it_read(reviewer: Client, claimed: Case) -> None:
    reviewer.post(address(claimed), sent(claimed, "approved", checks=ALL_CHECKED))  # type: ignore[arg-type]
    checks = Decision.objects.get().checks
    assert [check["code"] for check in checks] == ALL_CHECKED
    assert all(check["ok"] for check in checks)
    assert checks[1]["words"] == "カードの記載が、写真の申請書と一致している"
    assert len(USUAL_CHECKS) == len(checks) + 1


def test_a_second_person_does_not_see_what_the_first_one_found(
    desk: Desk, reviewer: Client, rival: Client, claimed: Case, second: User, second_looks: SecondLooks
) -> None:
    second_looks(SecondLook(procedures=[desk.town.renewal.code]))
    said = reviewer.post(address(claimed), sent(claimed, "approved", checks=ALL_CHECKED), follow=True)  # type: ignore[arg-type]
    assert "二人目の確認が終わると" in said.content.decode()
    case_claim(case=claimed, by=Actor.staff(second))
    page = rival.get(f"/staff/review/cases/{claimed.pk}/").content.decode()
    assert "二人目の確認です" in page
    assert "これまでの回答" not in page
    own = reviewer.get("/staff/review/").content.decode()
    assert "一人目として確認した件" in own or "さんが審査中" in own
    clerk = sign_in(Client(), desk.clerk).get(f"/staff/counters/visits/{claimed.visit_id}/").content.decode()
    assert "承認されました" not in clerk


def test_the_supervisor_sees_where_two_differed(
    desk: Desk, reviewer: Client, rival: Client, claimed: Case, second: User, second_looks: SecondLooks
) -> None:
    second_looks(SecondLook(procedures=[desk.town.renewal.code]))
    reviewer.post(address(claimed), sent(claimed, "approved", checks=ALL_CHECKED))  # type: ignore[arg-type]
    held = case_claim(case=claimed, by=Actor.staff(second))
    rival.post(address(held), sent(held, "rejected", reason="not_same_person", next_step="ward_office"))  # type: ignore[arg-type]
    board = sign_in(Client(), staff_member(Role.CITY_OFFICER)).get("/staff/review/board/").content.decode()
    assert re.search(r"見本 reviewer：承認（手続きの決まり）\s*→\s*二人目 見本 second：不可", board)


# -- questions ------------------------------------------------------------------------------------------
def test_a_question_reaches_the_counter_and_its_answer_comes_back(desk: Desk, reviewer: Client, claimed: Case) -> None:
    asked = {"token": claimed.lease_token, "question": "旧姓ですか", "question_key": uuid4()}
    fragment = reviewer.post(address(claimed, "ask"), asked, headers=HTMX)
    assert fragment.status_code == 200
    assert "旧姓ですか" in fragment.content.decode()
    clerk = sign_in(Client(), desk.clerk)
    pane = clerk.get(f"/staff/counters/visits/{claimed.visit_id}/").content.decode()
    assert "旧姓ですか" in pane
    assert desk.reviewer.display_name not in pane.split("talk__lines")[1].split("</ol>")[0]
    clerk.post(f"/staff/review/visits/{claimed.visit_id}/answer/", {"text": "はい", "key": uuid4()})
    assert "はい" in reviewer.get(address(claimed, "talk")).content.decode()


def test_what_could_not_be_sent_says_so(desk: Desk, reviewer: Client, claimed: Case) -> None:
    asked = {"token": claimed.lease_token, "question": "番号は123456789018ですか", "question_key": uuid4()}
    refused = reviewer.post(address(claimed, "ask"), asked, headers=HTMX)
    assert refused.status_code == 422
    lost = asked | {"token": uuid4(), "question": "旧姓ですか"}
    assert "受け持ちの時間が過ぎたか" in reviewer.post(address(claimed, "ask"), lost, headers=HTMX).content.decode()
    assert not CaseMessage.objects.exists()


def test_another_office_reads_and_answers_nothing(desk: Desk, claimed: Case) -> None:
    assert claimed.lease_token is not None
    question_ask(case=claimed, token=claimed.lease_token, text="旧姓ですか", key=uuid4(), by=desk.city)
    stranger = sign_in(Client(), desk.colleague)
    assert stranger.get(f"/staff/review/visits/{claimed.visit_id}/talk/").status_code == 404
    answer = stranger.post(f"/staff/review/visits/{claimed.visit_id}/answer/", {"text": "はい", "key": uuid4()})
    assert answer.status_code == 404


def test_nothing_new_is_answered_with_304(reviewer: Client, claimed: Case) -> None:
    first = reviewer.get(address(claimed, "talk"))
    again = reviewer.get(address(claimed, "talk"), headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304


# -- handing over, being there -----------------------------------------------------------------------------
def test_handed_over_on_the_screen(reviewer: Client, rival: Client, claimed: Case, second: User) -> None:
    data = {"token": claimed.lease_token, "to": second.pk, "note": "住所を見てください"}
    said = reviewer.post(address(claimed, "hand-over"), data, follow=True).content.decode()
    assert "見本 secondさんに引き継ぎました" in said
    assert "見本 secondさんに引き継ぎ中" in said
    assert "あなたに引き継がれた件" in rival.get("/staff/review/").content.decode()
    page = rival.post("/staff/review/next/", follow=True).content.decode()
    assert "住所を見てください" in page


def test_the_supervisor_gives_a_case_to_somebody(desk: Desk, claimed: Case, second: User) -> None:
    officer = sign_in(Client(), staff_member(Role.CITY_OFFICER))
    said = officer.post(f"/staff/review/board/{claimed.pk}/", {"to": second.pk}, follow=True).content.decode()
    assert "見本 secondさんに任せました" in said
    assert Case.objects.get().meant_for == second
    for odd in ("x", "0", str(desk.clerk.pk)):
        officer.post(f"/staff/review/board/{claimed.pk}/", {"to": odd})
        assert Case.objects.get().meant_for == second
    officer.post(f"/staff/review/board/{claimed.pk}/", {"to": ""})
    assert Case.objects.get().meant_for is None


def test_an_open_screen_is_a_person_at_the_desk(desk: Desk, reviewer: Client) -> None:
    clerk = sign_in(Client(), desk.clerk)
    visit = desk.signed()
    assert "審査担当が席にいません" in clerk.get(f"/staff/counters/visits/{visit.pk}/").content.decode()
    assert reviewer.post("/staff/review/here/").status_code == 204
    page = clerk.get(f"/staff/counters/visits/{visit.pk}/").content.decode()
    assert "審査担当は1人" in page
    assert desk.reviewer.display_name not in page
    reviewer.post("/staff/review/away/", {"away": "1"})
    assert Presence.objects.get().away
    assert "席を外しています" in reviewer.get("/staff/review/").content.decode()


def test_the_queue_changes_its_version_when_somebody_comes(desk: Desk, reviewer: Client, second: User) -> None:
    seen = reviewer.get("/staff/review/queue/").headers["ETag"]
    presence_sign(by=Actor.staff(second))
    assert reviewer.get("/staff/review/queue/", headers={"If-None-Match": seen}).status_code == 200


def test_a_withdrawn_case_takes_its_questions_along(desk: Desk, reviewer: Client, claimed: Case) -> None:
    clerk = sign_in(Client(), desk.clerk)
    assert claimed.lease_token is not None
    question_ask(case=claimed, token=claimed.lease_token, text="旧姓ですか", key=uuid4(), by=desk.city)
    clerk.post(f"/staff/counters/visits/{claimed.visit_id}/leave/")
    assert Case.objects.get().state == CaseState.WITHDRAWN
    page = reviewer.get(f"/staff/review/cases/{claimed.pk}/").content.decode()
    assert "窓口で取り下げられました" in page
    assert "旧姓ですか" not in reviewer.get("/staff/review/").content.decode()
