"""The clerk's day on screen: what is next, calling, the citizen's code, what was left open, reasons and slips."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from counters.actions import visit_arrive, visit_leave, visit_serve
from counters.models import Outcome, Reason, Referral, SupportWork, Visit, VisitState
from reservations.models import Reservation
from review.models import Verdict
from tests.counters.desk import Desk
from tests.counters.rules import set_counter_rules
from tests.counters.test_screens import DAY, of, page, said
from tests.people import sign_in
from tests.reservations.town import TARO


# -- arrival by the code --------------------------------------------------------------------------
def scan(client: Client, number: str) -> str:
    return said(client, f"{DAY}scan/", number=number)


@pytest.mark.requirement("fukuoka-25")
def test_the_code_receives_the_person_at_once(desk: Desk, own: Client) -> None:
    reservation = desk.booking()
    assert "対応を始める" in scan(own, reservation.number)
    assert "対応を始める" in scan(own, reservation.number)
    assert Visit.objects.get().state == VisitState.ARRIVED


def test_a_code_of_another_day_says_which_day(desk: Desk, own: Client) -> None:
    shown = scan(own, desk.booking(days=1).number)
    assert "本日の予約ではないため" in shown
    assert "11月19日" in shown


def test_a_code_of_another_office_or_none_at_all_tells_nothing(desk: Desk, own: Client, other: Client) -> None:
    reservation = desk.booking()
    assert "この拠点にありません" in scan(other, reservation.number)
    for read in ("", "https://example.jp/", "123456789", "０", "9" * 40):
        assert "予約の二次元コードではありません" in scan(own, read)
    assert not Visit.objects.exists()


# -- what is next ---------------------------------------------------------------------------------
def test_the_citys_answers_come_first_then_who_waits_by_turn(desk: Desk, own: Client) -> None:
    booked = visit_arrive(reservation=desk.booking(), by=desk.by)
    walk_in = desk.walk_in()
    answered = desk.answered(Verdict.APPROVED).visit
    shown = page(own, DAY)
    order = [shown.index(f'class="card" href="{of(visit)}"') for visit in (answered, booked, walk_in)]
    assert order == sorted(order)
    assert "市の審査の結果が届いています。" in shown
    assert "結果を見る" in shown


def test_nobody_waits_and_the_page_says_what_to_do(desk: Desk, own: Client) -> None:
    desk.booking(hour=11)
    assert "お待ちの方はいません。" in page(own, DAY)


# -- left open on an earlier day ------------------------------------------------------------------
def test_what_was_left_open_yesterday_stands_above_and_can_be_closed(desk: Desk, own: Client, other: Client) -> None:
    waiting, serving = desk.submitted().visit, desk.serving()
    booked = visit_arrive(reservation=desk.booking(person=TARO), by=desk.by)
    finished = desk.visit_in(VisitState.FINISHED)
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        for client, user in ((own, desk.clerk), (other, desk.colleague)):
            sign_in(client, user)
        shown = page(own, DAY)
        assert "前の日から残っている来局 3件" in shown
        assert TARO.name in shown
        assert of(finished) not in shown
        assert "前の日から" not in page(other, DAY)
        for visit in (waiting, booked):
            assert "途中で帰られたと記録しました。" in said(own, of(visit, "leave/"))
        ending = {"outcome": "withdrawn", "reason_withdrawn": "no_time"}
        assert "この来局は完了しました。" in said(own, of(serving, "finish/"), **ending)
        assert "前の日から" not in page(own, DAY)


# -- calling --------------------------------------------------------------------------------------
@pytest.mark.requirement("yatsushiro-05", "fukutsu-03")
def test_the_next_number_is_called_to_the_tablets_counter(
    desk: Desk, own: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_counter_rules(monkeypatch, ticket_offices=[desk.town.office.code])
    visit = desk.walk_in()
    assert "1番" in page(own, DAY)
    assert "この端末を窓口3にしました。" in said(own, f"{DAY}place/", place="3")
    shown = said(own, f"{DAY}call-next/")
    assert "1番を窓口3に呼び出しています" in shown
    assert "もう一度呼ぶ" in shown
    assert "窓口3に呼ぶ" in said(own, of(visit, "call-back/"))
    assert "呼び出しています" in said(own, of(visit, "call/"))
    visit_serve(visit=visit, by=desk.by)
    assert "呼び出しを待っている方はいません。" in said(own, f"{DAY}call-next/")


def test_a_counter_that_does_not_exist_is_not_kept(desk: Desk, own: Client) -> None:
    own.post(f"{DAY}place/", {"place": "<b>"})
    assert "counter_place" not in own.cookies


def test_an_office_without_tickets_calls_nobody_by_number(desk: Desk, own: Client) -> None:
    visit = desk.walk_in()
    for shown in (page(own, DAY), page(own, of(visit))):
        assert "番号を呼ぶ" not in shown
        assert "に呼ぶ" not in shown


# -- the end --------------------------------------------------------------------------------------
@pytest.mark.requirement("fukutsu-04")
def test_a_referral_asks_for_reason_and_place(desk: Desk, own: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    set_counter_rules(monkeypatch)
    visit = desk.serving()
    nothing = own.post(of(visit, "finish/"), {"outcome": "referred"}).content.decode()
    assert "理由を選んでください。" in nothing
    assert "案内先を選んでください。" in nothing
    said(own, of(visit, "finish/"), outcome="referred", reason_referred="proxy", place="ward-office")
    visit.refresh_from_db()
    assert (visit.outcome, visit.reason) == (Outcome.REFERRED, Reason.PROXY)
    referral = Referral.objects.get()
    assert referral.place_name == "見本区役所 市民課"
    assert "マイナンバーカード" in referral.things
    assert any("代理" in thing for thing in referral.things)


def test_a_reason_of_another_outcome_is_left_out(desk: Desk, own: Client) -> None:
    visit = desk.serving()
    typed = {"outcome": "withdrawn", "reason_withdrawn": "no_time", "reason_missing_papers": "no_card"}
    own.post(of(visit, "finish/"), typed)
    visit.refresh_from_db()
    assert visit.reason == Reason.NO_TIME


@pytest.mark.requirement("yatsushiro-06", "kurume-06")
def test_help_given_on_the_way_is_counted_with_the_outcome(desk: Desk, own: Client) -> None:
    visit = desk.answered(Verdict.APPROVED).visit
    own.post(of(visit, "terminal/"))
    own.post(of(visit, "finish/"), {"outcome": "completed", "supports": ["insurance", "account"]})
    own.post(of(visit, "finish/"), {"outcome": "completed", "supports": ["insurance", "account"]})
    assert sorted(SupportWork.objects.values_list("kind", flat=True)) == ["account", "insurance"]


def test_the_end_shows_how_long_each_step_took(desk: Desk, own: Client) -> None:
    visit = desk.answered(Verdict.APPROVED).visit
    assert "端末処理を始める" in page(own, of(visit))
    assert "統合端末で手続きをしています" in said(own, of(visit, "terminal/"))
    shown = said(own, of(visit, "finish/"), outcome="completed")
    for step in ("受付", "署名", "審査の依頼", "審査の結果（承認）", "端末処理の開始", "完了"):
        assert f'<th scope="row">{step}</th>' in shown.replace("\n", ""), step


def test_the_number_of_the_code_is_a_booking_number(desk: Desk) -> None:
    """What the citizen's page shows as a code is what the scanner takes: nine digits."""
    desk.booking()
    assert Reservation.objects.get().number.isdigit()


def test_who_left_is_shown_as_far_as_it_had_come_with_nothing_under_way(desk: Desk, own: Client) -> None:
    submitted = desk.submitted().visit
    signed, waiting = desk.signed(), desk.walk_in()
    for visit, done in ((waiting, 1), (signed, 3), (submitted, 4)):
        assert page(own, of(visit)).count("済み</span>") >= done
        visit_leave(visit=visit, by=desk.by)
        shown = page(own, of(visit))
        assert shown.count("rail__step--done") == done
        assert "いまここ" not in shown


def test_who_was_sent_on_has_not_taken_every_step(desk: Desk, own: Client) -> None:
    visit = desk.sent_on(desk.signed())
    shown = page(own, of(visit))
    assert shown.count("rail__step--done") == 4  # reception, form, signature, and the end
    assert "いまここ" not in shown


def test_whom_the_city_refused_goes_past_the_terminal(desk: Desk, own: Client) -> None:
    approved, rejected = desk.answered(Verdict.APPROVED).visit, desk.answered(Verdict.REJECTED).visit
    for visit, step in ((approved, "端末処理"), (rejected, "完了")):
        here = page(own, of(visit)).split('class="rail__step rail__step--current"')
        assert len(here) == 2
        assert f'<span class="rail__label">{step}</span>' in here[1].partition("</li>")[0]
