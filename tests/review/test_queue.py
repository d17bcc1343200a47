"""The reviewers' queue, and who gets to see pictures."""

from datetime import timedelta
from uuid import UUID

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from accounts.waiting import waiting_for
from audit.actors import Actor
from audit.models import AuditEvent
from review.actions import case_claim, case_submit, case_withdraw
from review.models import Case, CaseImage, CaseState, Verdict
from tests.counters.desk import Desk
from tests.review.test_lease import LATER
from vault.actions import object_erase

QUEUE = "/staff/review/"
LIST = "/staff/review/queue/"


def picture_of(case: Case) -> str:
    return f"/staff/review/images/{CaseImage.objects.filter(case=case).earliest('uploaded_at').pk}/"


def page_of(case: Case) -> str:
    return f"/staff/review/cases/{case.pk}/"


def test_what_waits_stands_there_the_most_urgent_first(reviewer: Client, desk: Desk) -> None:
    first, second = desk.submitted(), desk.submitted()
    Case.objects.filter(pk=second.pk).update(due_at=timezone.now() - timedelta(minutes=3))
    page = reviewer.get(QUEUE).content.decode()
    assert "審査待ち 2件" in page
    assert page.index(f"cases/{second.pk}/claim/") < page.index(f"cases/{first.pk}/claim/")
    assert page.count("queue__case--late") == 1


def test_an_empty_queue_says_so(reviewer: Client) -> None:
    assert "審査待ちの件はありません" in reviewer.get(QUEUE).content.decode()
    answer = reviewer.post("/staff/review/next/", follow=True)
    assert "審査待ちの件はありません" in answer.content.decode()


def test_taking_the_next_shows_it(reviewer: Client, desk: Desk, case: Case) -> None:
    page = reviewer.post("/staff/review/next/", follow=True).content.decode()
    assert picture_of(case) in page
    assert "電子証明書の更新" in page
    assert "あなたが審査中" in page
    assert Case.objects.get().claimed_by == desk.reviewer


def test_others_see_who_has_it_and_no_picture(reviewer: Client, rival: Client, desk: Desk, claimed: Case) -> None:
    page = rival.get(page_of(claimed)).content.decode()
    assert f"{desk.reviewer.display_name}さんが審査中" in page
    assert "画像は、受け持っている間だけ表示します" in page
    assert "/staff/review/images/" not in page
    refused = rival.post(f"{page_of(claimed)}claim/")
    assert refused.status_code == 422
    assert "先に受け持ちました" in refused.content.decode()


def test_ones_own_pictures_are_not_offered(reviewer: Client, desk: Desk, case: Case) -> None:
    Case.objects.update(captured_by=desk.reviewer)
    page = reviewer.get(QUEUE).content.decode()
    assert "ご自身が撮影した件" in page
    assert f"cases/{case.pk}/claim/" not in page
    assert "ご自身が撮影した件は審査できません" in reviewer.post(f"{page_of(case)}claim/").content.decode()


def test_a_poll_without_news_is_answered_304(reviewer: Client, desk: Desk, case: Case) -> None:
    first = reviewer.get(LIST)
    tag = first["ETag"]
    assert reviewer.get(LIST, headers={"If-None-Match": tag}).status_code == 304
    desk.submitted()
    assert reviewer.get(LIST, headers={"If-None-Match": tag}).status_code == 200


@pytest.mark.parametrize("change", ["claim", "withdraw", "late", "lapse"])
def test_every_visible_change_is_news(reviewer: Client, desk: Desk, case: Case, second: User, change: str) -> None:
    if change == "lapse":
        case_claim(case=case, by=Actor.staff(second))
    tag = reviewer.get(LIST)["ETag"]
    if change == "claim":
        case_claim(case=case, by=Actor.staff(second))
    elif change == "withdraw":
        case_withdraw(case=case, by=desk.by)
    elif change == "late":
        Case.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    later = LATER if change == "lapse" else timedelta(0)
    with time_machine.travel(timezone.now() + later, tick=True):
        assert reviewer.get(LIST, headers={"If-None-Match": tag}).status_code == 200


def test_a_case_still_being_photographed_is_not_there(reviewer: Client, desk: Desk) -> None:
    case = desk.case()
    desk.picture(case)
    assert reviewer.get(page_of(case)).status_code == 404
    assert reviewer.post(f"{page_of(case)}claim/").status_code == 404
    assert reviewer.get(picture_of(case)).status_code == 404
    assert reviewer.get(page_of(case).replace(str(case.pk), "0")).status_code == 404


def test_withdrawn_is_said(reviewer: Client, desk: Desk, claimed: Case) -> None:
    case_withdraw(case=claimed, by=desk.by)
    assert "窓口で取り下げられました" in reviewer.get(page_of(claimed)).content.decode()


def test_a_look_at_a_picture_is_recorded_and_kept_nowhere(reviewer: Client, desk: Desk, claimed: Case) -> None:
    answer = reviewer.get(picture_of(claimed))
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
    assert "no-store" in answer["Cache-Control"]
    held = CaseImage.objects.get(case=claimed).picture
    event = AuditEvent.objects.filter(subject_id=str(held.pk), actor_user_id=desk.reviewer.pk).get()
    assert event.detail["purpose"] == "review"
    assert b"Exif" not in answer.content[:200]


def test_another_sites_page_gets_no_picture(reviewer: Client, claimed: Case) -> None:
    assert reviewer.get(picture_of(claimed), headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403


def test_pictures_are_for_the_holder_and_the_office(
    client: Client, reviewer: Client, rival: Client, own: Client, other: Client, case: Case, desk: Desk
) -> None:
    picture = picture_of(case)
    assert reviewer.get(picture).status_code == 404  # nobody holds the case yet
    case_claim(case=case, by=desk.city)
    codes = [browser.get(picture).status_code for browser in (reviewer, rival, own, other, client)]
    assert codes == [200, 404, 200, 404, 302]
    with time_machine.travel(timezone.now() + LATER, tick=True):
        assert reviewer.get(picture).status_code == 404
    assert reviewer.get(f"/staff/review/images/{UUID(int=0)}/").status_code == 404


def test_erased_pictures_are_gone(reviewer: Client, desk: Desk, claimed: Case) -> None:
    object_erase(held=CaseImage.objects.get(case=claimed).picture, by=desk.by, reason="retention")
    assert reviewer.get(picture_of(claimed)).status_code == 404
    assert "表示できる画像はありません" in reviewer.get(page_of(claimed)).content.decode()


def test_the_signature_is_for_the_holder_and_recorded(reviewer: Client, rival: Client, claimed: Case) -> None:
    address = f"{page_of(claimed)}signature.svg"
    answer = reviewer.get(address)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/svg+xml")
    assert "no-store" in answer["Cache-Control"]
    assert b"<path" in answer.content
    assert rival.get(address).status_code == 404
    assert claimed.visit.application is not None
    assert claimed.visit.application.signature is not None
    seen = AuditEvent.objects.filter(subject_id=str(claimed.visit.application.signature.pk))
    assert [event.detail.get("purpose") for event in seen if "purpose" in event.detail] == ["review"]


def test_a_reshoot_shows_both_attempts_and_what_was_said(reviewer: Client, desk: Desk) -> None:
    again = desk.answered(Verdict.RESHOOT)
    desk.picture(again)
    case_submit(case=again, by=desk.by)
    case_claim(case=again, by=desk.city)
    page = reviewer.get(page_of(again)).content.decode()
    assert page.count('class="viewer__thumb"') == 2
    assert "（1回目）" in page
    assert "ぼやけている" in page
    assert "2回目" in page


def test_queries_do_not_grow_with_the_queue(
    reviewer: Client, desk: Desk, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    desk.submitted()
    reviewer.get(QUEUE)
    with django_assert_num_queries(QUERIES):
        reviewer.get(QUEUE)
    for _ in range(3):
        desk.submitted()
    with django_assert_num_queries(QUERIES):
        reviewer.get(QUEUE)
    with django_assert_num_queries(QUERIES):
        reviewer.get(LIST)


# Session, person, authenticator; the queue; who is there.
QUERIES = 5


def test_queries_of_a_case_do_not_grow_with_its_pictures(
    reviewer: Client, desk: Desk, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    few, many = desk.submitted(), desk.case()
    for _ in range(5):
        desk.picture(many)
    case_submit(case=many, by=desk.by)
    for held in (few, many):
        case_claim(case=held, by=desk.city)
        reviewer.get(page_of(held))
        with django_assert_num_queries(QUERIES + 6):  # the case, pictures, decisions, colleagues (2), questions
            reviewer.get(page_of(held))


def test_reviewers_are_told_what_waits(desk: Desk, case: Case) -> None:
    entry = next(entry for entry in waiting_for(desk.reviewer) if entry.label == "審査待ちの件")
    assert (entry.count, entry.due) == (1, case.due_at)
    case_claim(case=case, by=desk.city)
    assert waiting_for(desk.reviewer) == []
    assert Case.objects.get().state == CaseState.CLAIMED
