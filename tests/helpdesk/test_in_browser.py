"""The call screen in Chromium: a call by keyboard alone, the booking desk inside it, and what axe has to say."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.roles import Role
from helpdesk.models import Call, CallResult
from tests.operator.test_in_browser import look, window
from tests.people import client_of
from tests.reservations.town import Town, a_time, make_slot, make_town

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def town(transactional_db: None) -> Town:
    town = make_town()
    make_slot(town.office, a_time(days=7, hour=9), internal=1)
    return town


@pytest.fixture
def page(browser: Browser, live_server: LiveServer, town: Town) -> Iterator[Page]:
    page = window(browser, live_server, client_of(Role.OPERATOR), (1440, 900))
    page.goto(f"{live_server.url}/staff/helpdesk/")
    yield page
    page.context.close()


def in_call(page: Page) -> Page:
    page.keyboard.press("a")
    expect(page.locator("#call-form")).to_be_visible()
    return page


@pytest.mark.requirement("fukuoka-18", "kurume-07")
def test_a_call_is_taken_searched_sorted_and_ended_without_a_mouse(page: Page) -> None:
    look(page, "電話応対")
    in_call(page)
    page.keyboard.press("s")
    page.keyboard.type("電子証明書の更新")
    expect(page.locator("#answers")).to_contain_text("マイナンバーカード")
    look(page, "電話の記録")
    for key in ("Escape", "c", "2", "r", "3", "m"):
        page.keyboard.press(key)
    expect(page.locator("[data-script='card']")).to_have_attribute("open", "")
    page.keyboard.type("区役所を案内")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("電話の内容を記録しました。")).to_be_visible()
    call = Call.objects.get()
    assert (call.category, call.result, call.note) == ("card", CallResult.REFERRED, "区役所を案内")


@pytest.mark.requirement("fukutsu-02")
def test_the_booking_desk_opens_inside_the_call_and_the_address_stays(page: Page) -> None:
    address = in_call(page).url
    page.keyboard.press("b")
    inside = page.locator("#booking")
    expect(inside.locator("#id_procedure")).to_be_visible()
    inside.get_by_role("button", name="日時をさがす").click()
    expect(inside.locator(".free-time").first).to_be_visible()
    inside.locator(".free-time").first.click()
    expect(inside.locator("[name='held']")).to_have_count(1)
    look(page, "予約を開いた電話")
    assert page.url == address
    page.reload()
    expect(page.locator("#call-form")).to_be_visible()
