"""The bureau's screens: what is typed, seen, saved and refused, for three people."""

import re
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.roles import Role
from accounts.waiting import waiting_for
from notifications.models import Message
from postoffices.models import CapacityPeriod, DayRule, DeadlineRule, HolidayDecision, Posting, Stop
from postoffices.supply.edits import EditKind
from postoffices.supply.proposals import fiscal_year, proposals
from reservations.models import Orphaning, Reservation, ReservationState, Slot
from tests.people import client_of, sign_in, staff_member
from tests.reservations.town import TARO, Book, Town
from tests.supply.bureau import a_monday, apply, assert_counters_tell_the_truth, edit_of, open_days

HERE = "/staff/supply/office/mihon/"


@pytest.fixture
def bureau(town: Town) -> Client:
    return client_of(Role.BUREAU)


def parts(name: str, day: date) -> dict[str, str]:
    return {f"{name}_year": str(day.year), f"{name}_month": str(day.month), f"{name}_day": str(day.day)}


def typed(kind: EditKind, day: date, **more: str) -> dict[str, str]:
    return parts("first", day) | {"kind": kind, "scope": "here"} | more


def seen_in(page: str) -> str:
    found = re.search(r'name="seen" value="(\w+)"', page)
    assert found
    return found[1]


def save(client: Client, form: dict[str, str], **more: str) -> str:
    """Preview, then save what it showed; the page that follows."""
    seen = seen_in(client.post(f"{HERE}preview/", form).content.decode())
    return client.post(f"{HERE}save/", form | {"seen": seen} | more, follow=True).content.decode()


def test_an_edit_from_typing_to_the_calendar(town: Town, book: Book, bureau: Client) -> None:
    booking, _ = book(open_days(town, a_monday())[0])
    form = typed(EditKind.CLOSE, a_monday(), reason="設備点検")
    page = bureau.post(f"{HERE}preview/", form).content.decode()
    assert "まだ保存していません" in page
    assert booking.name in page
    assert not DayRule.objects.exists()
    after = save(bureau, form, tell="on")
    assert "枠がなくなった予約が1件" in after
    assert "設備点検" in after
    assert Message.objects.filter(purpose="orphaned").count() == 1
    assert booking.number[:3] in bureau.get("/staff/supply/orphans/").content.decode()


def test_without_the_tick_nobody_is_told_yet(town: Town, book: Book, bureau: Client) -> None:
    booking, _ = book(open_days(town, a_monday())[0])
    save(bureau, typed(EditKind.CLOSE, a_monday()))
    assert not Message.objects.filter(purpose="orphaned").exists()
    listed = bureau.get("/staff/supply/orphans/?todo=mail").content.decode()
    assert booking.email in listed
    orphaning = Orphaning.objects.get()
    answer = bureau.post("/staff/supply/orphans/", {"orphan": orphaning.pk}, follow=True).content.decode()
    assert "1件送ります" in answer
    assert Message.objects.get(purpose="orphaned").recipient == booking.email
    again = bureau.post("/staff/supply/orphans/", {"orphan": orphaning.pk}, follow=True).content.decode()
    assert "送れる予約がありません" in again


def test_saving_what_nobody_has_seen_shows_the_preview_again(town: Town, book: Book, bureau: Client) -> None:
    slot = open_days(town, a_monday())[0]
    form = typed(EditKind.CLOSE, a_monday())
    seen = seen_in(bureau.post(f"{HERE}preview/", form).content.decode())
    book(slot)
    answer = bureau.post(f"{HERE}save/", form | {"seen": seen})
    assert answer.status_code == 409
    assert "予約が変わりました" in answer.content.decode()
    assert Reservation.objects.get().state == ReservationState.CONFIRMED


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"kind": "hours"}, "受付時間を入力してください"),
        ({"kind": "hours", "periods": "9時から"}, "9:00-12:00 13:00-17:00 のように"),
        ({"kind": "hours", "periods": "12:00-9:00"}, "始まりより後"),
        ({"kind": "hours", "periods": "9:00-12:00 11:00-13:00"}, "重ならないように"),
        ({"kind": "hours", "periods": "9:00-25:00"}, "23:59"),
        ({"kind": "seats", "public": "3"}, "内部枠の数を入力"),
        ({"kind": "seats", "public": "x", "internal": "1"}, "0から999まで"),
        ({"kind": "seats", "public": "-1", "internal": "1"}, "0から999まで"),
        ({"first_month": "13"}, "月は1から12まで"),
        ({"last_year": "2020", "last_month": "1", "last_day": "1"}, "初日か、それより後"),
        ({"last_year": "2199", "last_month": "1", "last_day": "1"}, "1年分まで"),
        ({"first_year": "2020"}, "過ぎた日は変更できません"),
        ({"kind": "x"}, "変更"),
    ],
)
def test_slips_are_told_and_what_was_typed_stays(bureau: Client, wrong: dict[str, str], says: str) -> None:
    form = typed(EditKind.CLOSE, a_monday(), reason="書いた理由") | wrong
    answer = bureau.post(f"{HERE}preview/", form)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert says in page
    assert 'value="書いた理由"' in page
    assert not DayRule.objects.exists()


def test_full_width_and_waves_are_understood(town: Town, bureau: Client) -> None:
    form = typed(EditKind.HOURS, a_monday(), periods="９：００〜１０：００、13:00ー14:00") | {"first_year": "令和9"}
    form |= parts("first", a_monday())
    save(bureau, form)
    assert [str(period) for period in DayRule.objects.get().periods.all()] == ["09:00:00-10:00:00", "13:00:00-14:00:00"]


def test_an_edit_for_all_offices_of_the_calendar(town: Town, bureau: Client) -> None:
    open_days(town, a_monday())
    save(bureau, typed(EditKind.CLOSE, a_monday(), scope="calendar"))
    assert not Slot.objects.exists()
    assert DayRule.objects.count() == 2


@pytest.mark.parametrize("query", ["", "?month=2027-02", "?week=2026-12-31", "?month=x", "?week=x", "?day=2026-02-31"])
def test_month_and_week_show_whatever_is_asked(bureau: Client, query: str) -> None:
    assert bureau.get(HERE + query).status_code == 200


@pytest.mark.parametrize("query", ["", "?week="])
def test_the_calendar_costs_the_same_however_many_slots(
    town: Town, bureau: Client, query: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    monday = a_monday()
    address = f"{HERE}{query}{monday}" if query else f"{HERE}?month={monday:%Y-%m}"
    bureau.get(address)
    with django_assert_num_queries(17):
        bureau.get(address)
    open_days(town, monday, 5)
    apply([town.office], edit_of(EditKind.SEATS, monday, seats=(1, 1)))
    with django_assert_num_queries(19):
        bureau.get(address)


def test_an_unknown_office_is_not_found(bureau: Client) -> None:
    assert bureau.get("/staff/supply/office/nothing/").status_code == 404


def test_a_stop_from_preview_to_lifting(town: Town, book: Book, bureau: Client) -> None:
    monday = a_monday()
    booking, _ = book(open_days(town, monday)[0])
    form = {"office": "mihon", "reason": "回線の障害"} | parts("from_day", monday) | parts("to_day", monday)
    page = bureau.post("/staff/supply/stops/", form).content.decode()
    assert booking.name in page
    assert not Stop.objects.exists()
    stopped = bureau.post("/staff/supply/stops/begin/", form | {"seen": seen_in(page)}, follow=True).content.decode()
    assert "予約の受付を停止しました" in stopped
    assert "回線の障害" in Message.objects.get(purpose="orphaned").body
    lifted = bureau.post(f"/staff/supply/stops/{Stop.objects.get().pk}/lift/", {"give_back": "on"}, follow=True)
    assert "戻した予約は1件" in lifted.content.decode()
    assert_counters_tell_the_truth()
    twice = bureau.post(f"/staff/supply/stops/{Stop.objects.get().pk}/lift/")
    assert twice.status_code == 409


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"reason": ""}, "理由"),
        ({"to_day_year": "2020"}, "終了は"),
        ({"from_time": "25:00"}, "23:59"),
        ({"office": "x"}, "対象"),
    ],
)
def test_a_stop_with_slips_is_not_made(bureau: Client, wrong: dict[str, str], says: str) -> None:
    form = {"office": "", "reason": "x"} | parts("from_day", a_monday()) | parts("to_day", a_monday()) | wrong
    for address in ("/staff/supply/stops/", "/staff/supply/stops/begin/"):
        answer = bureau.post(address, form)
        assert answer.status_code == 422
        assert says in answer.content.decode()
    assert not Stop.objects.exists()


def test_who_is_called_is_noted_and_leaves_when_done(town: Town, book: Book, bureau: Client) -> None:
    book(open_days(town, a_monday())[0], person=TARO)
    apply([town.office], edit_of(EditKind.CLOSE, a_monday()))
    page = bureau.get("/staff/supply/orphans/?todo=call").content.decode()
    assert "未案内" in page
    assert "緊急停止" in page
    assert "緊急停止" not in client_of(Role.OPERATOR).get("/staff/supply/orphans/").content.decode()
    orphaning = Orphaning.objects.get()
    answer = bureau.post(f"/staff/supply/orphans/{orphaning.pk}/called/", follow=True).content.decode()
    assert "電話済み" in answer
    Reservation.objects.update(state=ReservationState.CONFIRMED)
    assert "枠のない予約はありません" in bureau.get("/staff/supply/orphans/").content.decode()
    assert bureau.post(f"/staff/supply/orphans/{orphaning.pk}/called/").status_code == 404


def test_the_start_page_leads_to_the_worklist(town: Town, book: Book) -> None:
    book(open_days(town, a_monday())[0])
    apply([town.office], edit_of(EditKind.CLOSE, a_monday()))
    links = {entry.url for entry in waiting_for(staff_member(Role.BUREAU))}
    assert "/staff/supply/orphans/" in links


def test_a_clerk_and_a_stranger_stay_outside(town: Town) -> None:
    clerk = staff_member(Role.CLERK)
    Posting.objects.create(user=clerk, office=town.office)
    for path in (HERE, "/staff/supply/stops/", "/staff/supply/orphans/", "/staff/supply/deadlines/"):
        assert sign_in(Client(), clerk).get(path).status_code == 403
        assert Client().get(path).status_code == 302


def test_deadlines_are_set_and_taken_back(town: Town, bureau: Client) -> None:
    address = "/staff/supply/deadlines/"
    form = {"step": "book", "office": "mihon", "procedure": "", "days_before": "２", "at": "１２：００"}
    assert "2日前の12:00まで" in bureau.post(address, form, follow=True).content.decode()
    assert bureau.post(address, form | {"at": "25:00"}).status_code == 422
    bureau.post(f"{address}{DeadlineRule.objects.get().pk}/remove/")
    assert not DeadlineRule.objects.exists()


def test_the_city_decides_about_holidays(town: Town) -> None:
    officer = client_of(Role.CITY_OFFICER)
    year = fiscal_year(timezone.localdate()) + 1
    day = proposals(year)[0].day
    address = f"/staff/supply/holidays/?year={year}"
    assert "未決定" in officer.get(address).content.decode()
    officer.post(address, {"day": day.isoformat(), "decision": "take"})
    assert HolidayDecision.objects.get().taken
    for wrong in ({}, {"day": "x"}, {"day": (day + timedelta(days=1)).isoformat()}):
        assert officer.post(address, wrong | {"decision": "refuse"}, follow=True).status_code == 200
    assert HolidayDecision.objects.count() == 1


def test_the_command_shows_first_and_refits_then(town: Town, book: Book) -> None:
    slot = open_days(town, a_monday())[0]
    book(slot)
    book(slot, person=TARO)
    CapacityPeriod.objects.filter(office=town.office).update(public_seats=1)
    out = StringIO()
    call_command("refit_slots", stdout=out)
    assert "枠がなくなる予約 1" in out.getvalue()
    assert not Orphaning.objects.exists()
    call_command("refit_slots", "--apply", stdout=out)
    assert Orphaning.objects.count() == 1
