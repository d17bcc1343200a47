"""The clerk's pages, for a clerk of this office, one of another office, and a stranger."""

import html
import json
import re
import uuid
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.waiting import waiting_for
from applications.actions import checks_confirm
from applications.models import ApplicationState
from counters.actions import visit_arrive, visit_serve
from counters.models import Outcome, ReviewResult, Visit, VisitState
from live.grants import read_grant
from reservations.actions import reservation_cancel
from reservations.models import CancelReason
from review.models import Case, CaseState, Verdict
from tests.counters.desk import Desk
from tests.reservations.town import SYSTEM, TARO

DAY = "/staff/counters/"


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return answer.content.decode()


def of(visit: Visit, way: str = "") -> str:
    return f"{DAY}visits/{visit.pk}/{way}"


def said(client: Client, address: str, **typed: object) -> str:
    """What the page says after the form was sent."""
    answer = client.post(address, typed, follow=True)
    return answer.content.decode()


# -- three people ---------------------------------------------------------------------------------
def test_the_day_shows_the_own_office_only(desk: Desk, own: Client, other: Client) -> None:
    reservation = desk.booking()
    desk.booking(person=TARO)
    desk.booking(days=1)
    mine, theirs = page(own, DAY), page(other, DAY)
    assert "見本郵便局" in mine
    assert "これから 2件" in mine
    assert mine.count(f"{reservation.number[:3]}-") >= 1
    assert "見本 花子" in mine
    assert "架空 太郎" in mine
    assert "見本 花子" not in theirs
    assert "本日の予約はありません。" in theirs


def addresses(desk: Desk) -> list[tuple[str, str]]:
    reservation, visit = desk.booking(), desk.serving()
    booking = f"{DAY}bookings/{reservation.number}/"
    return [
        ("get", booking),
        ("post", f"{booking}arrive/"),
        ("post", f"{booking}miss/"),
        ("get", of(visit)),
        ("get", of(visit, "pane/")),
        ("post", of(visit, "serve/")),
        ("get", of(visit, "sign/")),
        ("post", of(visit, "sign/")),
        ("post", of(visit, "sign-on-paper/")),
        ("get", of(visit, "finish/")),
        ("post", of(visit, "finish/")),
        ("post", of(visit, "leave/")),
    ]


def test_another_offices_clerk_finds_nothing(desk: Desk, other: Client) -> None:
    for method, address in addresses(desk):
        assert getattr(other, method)(address).status_code == 404, address
    assert Visit.objects.get().state == VisitState.SERVING


def test_a_known_version_tells_another_office_nothing(desk: Desk, own: Client, other: Client) -> None:
    visit = desk.submitted().visit
    version = own.get(of(visit, "pane/"))["ETag"]
    assert own.get(of(visit, "pane/"), headers={"If-None-Match": version}).status_code == 304
    assert other.get(of(visit, "pane/"), headers={"If-None-Match": version}).status_code == 404


def test_a_stranger_is_sent_to_the_sign_in(desk: Desk, client: Client) -> None:
    for method, address in [*addresses(desk), ("get", DAY), ("get", f"{DAY}list/"), ("post", f"{DAY}walk-in/")]:
        answer = getattr(client, method)(address)
        assert answer.status_code == 302, address
        assert "sign-in" in answer["Location"]


def test_pushes_are_granted_for_the_own_office_only(desk: Desk, own: Client) -> None:
    token = re.search(r'name="live-grant" content="([^"]+)"', page(own, DAY))
    assert token is not None
    granted = read_grant(token[1], str(own.session.session_key))
    assert granted.topics == {f"office:{desk.town.office.code}"}


# -- the day --------------------------------------------------------------------------------------
def test_a_line_says_whether_the_city_has_confirmed_the_person(desk: Desk, own: Client) -> None:
    confirmed = desk.booking()
    desk.booking(person=TARO)
    checks_confirm(reservations=[confirmed], by=SYSTEM)
    assert page(own, DAY).count("実在性の確認待ち") == 1
    booking = page(own, f"{DAY}bookings/{confirmed.number}/")
    assert "市の実在性確認は済んでいます。" in booking


def test_a_number_is_found_however_it_is_typed(desk: Desk, own: Client) -> None:
    sought, other_one = desk.booking(), desk.booking(person=TARO)
    dashed = f"{sought.number[:3]}-{sought.number[3:6]}-{sought.number[6:]}"
    wide = sought.number.translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    for typed in (sought.number, dashed, wide, sought.number[-5:]):
        found = own.get(DAY, {"number": typed}).content.decode()
        assert "見本 花子" in found, typed
    assert "架空 太郎" not in own.get(DAY, {"number": sought.number}).content.decode()
    nothing = "".join(str(9 - int(figure)) for figure in other_one.number)
    assert "この番号の予約は、本日はありません。" in own.get(DAY, {"number": nothing}).content.decode()


def test_a_search_leaves_the_count_of_the_day_and_a_way_back(desk: Desk, own: Client) -> None:
    desk.booking()
    desk.walk_in()
    whole, found = page(own, DAY), own.get(DAY, {"number": "000000000"}).content.decode()
    for shown in (whole, found):
        assert "これから 1件・対応中 1件" in shown
    assert "すべて表示" in found
    assert "すべて表示" not in whole


def test_letters_in_the_search_are_answered_at_the_field(desk: Desk, own: Client) -> None:
    desk.booking()
    found = own.get(DAY, {"number": "花子"}).content.decode()
    assert "予約番号は数字で入力してください。" in found
    assert "見本 花子" in found


def test_a_booking_of_another_day_is_found_with_its_date_by_its_office_only(
    desk: Desk, own: Client, other: Client
) -> None:
    tomorrow = desk.booking(days=1)
    found = own.get(DAY, {"number": tomorrow.number}).content.decode()
    assert "11月19日" in found
    assert f"{DAY}bookings/{tomorrow.number}/" in found
    assert tomorrow.name not in other.get(DAY, {"number": tomorrow.number}).content.decode()


@pytest.mark.parametrize("lines", [1, 12])
def test_the_day_takes_as_many_queries_for_one_line_as_for_many(
    desk: Desk, own: Client, lines: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    _fill(desk, lines)
    page(own, DAY)
    with django_assert_num_queries(DAY_QUERIES):
        page(own, DAY)
    with django_assert_num_queries(LIST_QUERIES):
        page(own, f"{DAY}list/")


@pytest.mark.parametrize("lines", [1, 12])
def test_a_visit_takes_as_many_queries_whatever_else_happens(
    desk: Desk, own: Client, lines: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    _fill(desk, lines)
    visit = desk.submitted().visit
    page(own, of(visit))
    with django_assert_num_queries(VISIT_QUERIES):
        page(own, of(visit))
    with django_assert_num_queries(PANE_QUERIES):
        page(own, of(visit, "pane/"))


# Session, user, authenticator and the posting are four of each.
DAY_QUERIES = 7
LIST_QUERIES = 7
VISIT_QUERIES = 14  # with what the guide and the expected wait ask
PANE_QUERIES = 12


def _fill(desk: Desk, lines: int) -> None:
    for number in range(lines):
        reservation = desk.booking(minute=2 * number)
        desk.walk_in()
        if number % 2:
            visit_serve(visit=visit_arrive(reservation=reservation, by=desk.by), by=desk.by)


# -- step by step ---------------------------------------------------------------------------------
@pytest.mark.requirement("fukuoka-25")
def test_from_arrival_to_signature(desk: Desk, own: Client) -> None:
    booking = f"{DAY}bookings/{desk.booking().number}/"
    assert "受付する" in page(own, booking)
    arrived = own.post(f"{booking}arrive/")
    visit = Visit.objects.get()
    assert arrived["Location"] == of(visit)
    assert own.get(booking)["Location"] == of(visit)
    assert "対応を始める" in page(own, of(visit))
    serving = said(own, of(visit, "serve/"))
    assert "署名へ進む" in serving
    assert "氏名は申請書に印字されません" in serving
    signed = said(own, of(visit, "sign/"), strokes=strokes(60))
    assert "書類の撮影" in signed
    visit.refresh_from_db()
    assert visit.application is not None
    assert visit.application.state == ApplicationState.SIGNED


def strokes(length: int) -> str:
    points = [{"x": float(step), "y": 10.0, "time": step, "pressure": 0.5} for step in range(length)]
    return json.dumps([{"points": points}])


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "署名が書かれていません"),
        ("[]", "署名が書かれていません"),
        (strokes(5), "署名が書かれていません"),
        ("{", "署名のデータを読み取れませんでした"),
        ('[{"points": [{"x": 1e999, "y": 0}]}]', "署名のデータを読み取れませんでした"),
        ("[" * 5000, "署名のデータを読み取れませんでした"),
    ],
)
def test_a_signature_that_is_none_is_refused_in_words(desk: Desk, own: Client, typed: str, words: str) -> None:
    visit = desk.serving()
    answer = own.post(of(visit, "sign/"), {"strokes": typed})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert Visit.objects.get().application.state == ApplicationState.DRAFTED  # type: ignore[union-attr]


def test_a_signed_form_is_not_signed_again(desk: Desk, own: Client) -> None:
    visit = desk.signed()
    assert own.get(of(visit, "sign/"))["Location"] == of(visit)
    assert own.post(of(visit, "sign/"), {"strokes": strokes(60)})["Location"] == of(visit)


def test_nobody_signs_after_leaving(desk: Desk, own: Client) -> None:
    visit = desk.serving()
    own.post(of(visit, "leave/"))
    for way in ("sign/", "sign-on-paper/"):
        own.post(of(visit, way), {"strokes": strokes(60)})
    assert Visit.objects.get().application.state == ApplicationState.DRAFTED  # type: ignore[union-attr]


def test_paper_is_refused_outside_the_citys_dates(desk: Desk, own: Client) -> None:
    visit = desk.serving()
    assert "紙に署名をいただいた" not in page(own, of(visit))
    assert "紙での署名を受け付ける期間ではありません" in said(own, of(visit, "sign-on-paper/"))


def test_a_walk_in_form_sent_twice_leads_to_one_visit(desk: Desk, own: Client) -> None:
    form = page(own, f"{DAY}walk-in/")
    key = re.search(r'name="key" value="([^"]+)"', form)
    assert key is not None
    typed = {"procedure": desk.town.renewal.pk, "key": key[1]}
    first, second = (own.post(f"{DAY}walk-in/", typed)["Location"] for _ in range(2))
    assert first == second == of(Visit.objects.get())
    assert key[1] not in page(own, f"{DAY}walk-in/")


def test_a_walk_in_needs_a_procedure_of_the_office(desk: Desk, own: Client) -> None:
    for typed in ({}, {"procedure": desk.town.other.pk}, {"procedure": "x"}):
        answer = own.post(f"{DAY}walk-in/", {"key": uuid.uuid4(), **typed})
        assert answer.status_code == 422
        assert "入力を確認してください" in answer.content.decode()
    assert not Visit.objects.exists()


def test_refusals_are_shown_where_the_clerk_is(desk: Desk, own: Client) -> None:
    tomorrow, later = desk.booking(days=1), desk.booking(hour=11, person=TARO)
    assert "本日の予約ではないため" in said(own, f"{DAY}bookings/{tomorrow.number}/arrive/")
    assert "予約の時間がまだ来ていない" in said(own, f"{DAY}bookings/{later.number}/miss/")
    reservation_cancel(reservation=later, reason=CancelReason.OTHER, by=SYSTEM)
    assert "取り消されています" in said(own, f"{DAY}bookings/{later.number}/arrive/")


def test_missing_is_offered_after_the_time_and_undone_by_arrival(desk: Desk, own: Client) -> None:
    over, later = desk.booking(), desk.booking(hour=11, person=TARO)
    assert "来局なし" not in page(own, f"{DAY}bookings/{later.number}/")
    booking = f"{DAY}bookings/{over.number}/"
    assert "来局なし" in page(own, booking)
    assert "来局なしとして記録しています。" in said(own, f"{booking}miss/")
    assert "対応を始める" in said(own, f"{booking}arrive/")


# -- after the city's answer ----------------------------------------------------------------------
@pytest.mark.parametrize(
    ("verdict", "words"),
    [
        (Verdict.APPROVED, "承認されました"),
        (Verdict.RESHOOT, "撮り直してください"),
        (Verdict.REJECTED, "受け付けられません"),
    ],
)
@pytest.mark.requirement("kitakyushu-24")
def test_the_answer_comes_with_words_for_the_citizen(desk: Desk, own: Client, verdict: Verdict, words: str) -> None:
    visit = desk.answered(verdict).visit
    shown = page(own, of(visit, "pane/"))
    assert words in shown
    assert "とお伝え" in shown
    assert f'data-result="{verdict.value}"' in shown
    if verdict != Verdict.APPROVED:
        assert "ぼやけている" in shown
    assert ("書類の撮影" in shown) is (verdict == Verdict.RESHOOT)


def test_completed_is_offered_after_approval_only(desk: Desk, own: Client) -> None:
    approved, rejected = desk.answered(Verdict.APPROVED).visit, desk.answered(Verdict.REJECTED).visit
    assert "端末処理を始める" in page(own, of(approved))
    assert 'value="completed"' in said(own, of(approved, "terminal/"))
    assert 'value="completed"' not in page(own, of(rejected))
    refused = own.post(of(rejected, "finish/"), {"outcome": "completed"})
    assert refused.status_code == 422
    assert "入力を確認してください" in refused.content.decode()
    own.post(of(approved, "finish/"), {"outcome": "completed", "note": "控えを渡した"})
    approved.refresh_from_db()
    assert (approved.state, approved.outcome) == (VisitState.FINISHED, Outcome.COMPLETED)


def test_no_outcome_is_chosen_beforehand_and_rejected_needs_the_rejection(desk: Desk, own: Client) -> None:
    approved, rejected = desk.answered(Verdict.APPROVED).visit, desk.answered(Verdict.REJECTED).visit
    for visit in (approved, rejected):
        assert " checked" not in page(own, of(visit, "finish/"))
    assert 'value="rejected"' in page(own, of(rejected))
    assert 'value="rejected"' not in page(own, of(approved, "finish/"))
    assert 'value="rejected"' not in page(own, of(desk.serving(), "finish/"))
    nothing = own.post(of(approved, "finish/"), {})
    assert nothing.status_code == 422
    assert "結果を選んでください" in nothing.content.decode()
    assert "保存済み" not in nothing.content.decode()


def test_who_signs_sees_the_data_and_nothing_of_the_staff(desk: Desk, own: Client) -> None:
    visit = visit_serve(visit=visit_arrive(reservation=desk.booking(), by=desk.by), by=desk.by)
    shown = page(own, of(visit, "sign/"))
    for fact in ("生年月日", "住所", visit.procedure.name):
        assert fact in shown
    for theirs in ("ログアウト", desk.clerk.display_name, 'aria-label="業務"'):
        assert theirs not in shown
        assert theirs in page(own, of(visit))


def test_a_visit_may_end_with_another_outcome_before_any_review(desk: Desk, own: Client) -> None:
    visit = desk.serving()
    assert of(visit, "finish/") in page(own, of(visit))
    form = page(own, of(visit, "finish/"))
    assert "書類の不足" in form
    assert 'value="completed"' not in form
    assert "理由を選んでください。" in own.post(of(visit, "finish/"), {"outcome": "missing_papers"}).content.decode()
    ending = {"outcome": "missing_papers", "reason_missing_papers": "no_identity"}
    assert "本人確認書類が足りない" in said(own, of(visit, "finish/"), **ending)
    assert own.get(of(visit, "finish/"))["Location"] == of(visit)


def test_a_note_with_a_my_number_is_refused_and_stored_nowhere(desk: Desk, own: Client) -> None:
    visit = desk.answered(Verdict.APPROVED).visit
    answer = own.post(of(visit, "finish/"), {"outcome": "completed", "note": "番号 1234 5678 9018"})
    assert answer.status_code == 422
    visit.refresh_from_db()
    assert (visit.state, visit.note) == (VisitState.SERVING, "")


def test_who_leaves_while_waiting_for_the_city_ends_the_review(desk: Desk, own: Client) -> None:
    visit = desk.submitted().visit
    assert of(visit, "leave/") in page(own, of(visit))
    assert "途中で帰られたと記録しました。" in said(own, of(visit, "leave/"))
    assert Case.objects.get().state == CaseState.WITHDRAWN


# -- the start page -------------------------------------------------------------------------------
def test_the_start_page_counts_who_is_to_come_and_what_was_answered(
    desk: Desk, own: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    desk.booking(hour=11)
    visit_arrive(reservation=desk.booking(person=TARO), by=desk.by)
    desk.booking(days=1)
    answered = desk.answered(Verdict.APPROVED).visit
    entries = {entry.label: entry for entry in waiting_for(desk.clerk)}
    assert entries["本日これから受付する予約"].count == 1
    assert timezone.localtime(entries["本日これから受付する予約"].due).hour == 11
    assert entries["審査の結果が届いた来局"].count == 1
    assert entries["審査の結果が届いた来局"].url == of(answered)
    assert not any(entry.label in entries for entry in waiting_for(desk.colleague))
    start = page(own, "/staff/")
    assert "本日これから受付する予約" in start
    assert "審査の結果が届いた来局" in start


def test_a_reviewed_visit_that_is_over_waits_for_nobody(desk: Desk, own: Client) -> None:
    visit = desk.answered(Verdict.APPROVED).visit
    own.post(of(visit, "finish/"), {"outcome": "completed"})
    assert not waiting_for(desk.clerk)
    assert Visit.objects.get().review_result == ReviewResult.APPROVED


@pytest.mark.parametrize("stage", ["arrived", "served", "submitted", "answered"])
def test_the_page_knows_the_version_it_shows(desk: Desk, own: Client, stage: str) -> None:
    """Otherwise the first poll would swap what has not changed, under the clerk's finger."""
    visits: dict[str, Callable[[], Visit]] = {
        "arrived": desk.walk_in,
        "served": desk.serving,
        "submitted": lambda: desk.submitted().visit,
        "answered": lambda: desk.answered(Verdict.APPROVED).visit,
    }
    visit = visits[stage]()
    shown = re.search(r'data-version="([^"]+)"', page(own, of(visit)))
    assert shown is not None
    version = html.unescape(shown[1])
    assert own.get(of(visit, "pane/"), headers={"If-None-Match": version}).status_code == 304
    own.post(of(visit, "leave/"))
    assert own.get(of(visit, "pane/"), headers={"If-None-Match": version}).status_code == 200
