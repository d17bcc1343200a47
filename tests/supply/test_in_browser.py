"""The bureau's screens in Chromium: picking days, what the form asks for, axe, and no script needed."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from accounts.roles import Role
from postoffices.models import DayRule
from postoffices.supply.edits import EditKind
from reservations.actions import reservation_book, seat_hold
from reservations.models import Reservation
from tests.people import staff_member
from tests.reservations.town import CITIZEN, HANAKO, Town, make_town
from tests.supply.bureau import a_monday, apply, edit_of, open_days, stop
from tests.windows import Window, open_window

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

HERE = "/staff/supply/office/mihon/"
Open = Callable[[Role], Window]


@pytest.fixture
def town(transactional_db: None) -> Town:
    return make_town()


@pytest.fixture
def booked(town: Town) -> Reservation:
    slot = open_days(town, a_monday(), 5)[0]
    _, token = seat_hold(slot_id=slot.pk, procedure=town.renewal, by=CITIZEN)
    return reservation_book(token=token, person=HANAKO, by=CITIZEN)


@pytest.fixture
def window(browser: Browser, live_server: LiveServer) -> Open:
    return lambda role: open_window(browser, live_server.url, staff_member(role))


def test_two_days_are_picked_on_the_calendar_and_closed(booked: Reservation, window: Open) -> None:
    bureau, monday = window(Role.BUREAU), a_monday()
    page = bureau.page
    bureau.go(f"{HERE}?month={monday:%Y-%m}")
    expect(page.get_by_label("受付時間", exact=True)).to_be_hidden()
    page.get_by_label("1日の受付時間を決める").check()
    expect(page.get_by_label("受付時間", exact=True)).to_be_visible()
    expect(page.get_by_label("時間帯の初め")).to_be_hidden()
    page.get_by_label("休みにする").check()
    page.get_by_label("時間帯の初め").fill("9:00")
    page.get_by_label("時間帯の終わり").fill("10:00")
    page.locator(f"[data-day='{monday}']").click()
    page.locator(f"[data-day='{monday}']").click()
    bureau.look("days picked")
    page.get_by_role("button", name="影響を確認する").click()
    expect(page.get_by_text(booked.name)).to_be_visible()
    bureau.look("preview")
    page.get_by_role("button", name="入力に戻る").click()
    expect(page.locator("#id_first_2")).to_have_value(str(monday.day))
    page.get_by_role("button", name="影響を確認する").click()
    page.get_by_role("button", name="この内容で保存する").click()
    expect(page.get_by_text("枠がなくなった予約が1件")).to_be_visible()
    assert DayRule.objects.get().day == monday
    assert not bureau.complaints, bureau.complaints


def test_the_other_pages(town: Town, booked: Reservation, window: Open) -> None:
    bureau, city = window(Role.BUREAU), window(Role.CITY_OFFICER)
    apply([town.office], edit_of(EditKind.CLOSE, a_monday()))
    held = stop(None, booked.slot.starts_at, booked.slot.ends_at)
    for path in (f"{HERE}?week={a_monday()}", "/staff/supply/stops/", f"/staff/supply/stops/{held.pk}/"):
        bureau.go(path)
    bureau.go("/staff/supply/orphans/")
    bureau.go("/staff/supply/deadlines/")
    bureau.go(f"{HERE}procedures/renewal/")
    bureau.go("/staff/supply/agreement/")
    bureau.go("/staff/supply/links/")
    city.go("/staff/supply/holidays/")
    assert not bureau.complaints + city.complaints, bureau.complaints + city.complaints
