"""The desk in Chromium: a whole call by keyboard alone, without scripts, and what axe has to say."""

from collections.abc import Iterator
from http.cookies import SimpleCookie

import pytest
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.roles import Role
from reservations.models import Reservation, SeatKind
from tests.looking import complaints
from tests.operator.call import CALLER
from tests.people import client_of
from tests.reservations.town import Town, a_time, make_slot, make_town

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MOST_GROUPS = 15
SIZES = [(1440, 900), (1180, 820)]


@pytest.fixture
def town(transactional_db: None) -> Town:
    town = make_town()
    for day in (7, 8, 9):
        for hour in (9, 10, 11):
            make_slot(town.office, a_time(days=day, hour=hour), internal=1)
    return town


def window(
    browser: Browser, live_server: LiveServer, client: Client, size: tuple[int, int], *, scripts: bool = True
) -> Page:
    context: BrowserContext = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, locale="ja-JP", java_script_enabled=scripts
    )
    cookies: SimpleCookie = client.cookies
    context.add_cookies([{"name": "sessionid", "value": cookies["sessionid"].value, "url": live_server.url}])
    page = context.new_page()
    page.goto(f"{live_server.url}/staff/desk/")
    return page


@pytest.fixture(params=SIZES, ids=["desktop", "tablet"])
def page(request: pytest.FixtureRequest, browser: Browser, live_server: LiveServer, town: Town) -> Iterator[Page]:
    page = window(browser, live_server, client_of(Role.OPERATOR), request.param)
    yield page
    page.context.close()


def look(page: Page, called: str) -> None:
    """Nothing for axe to complain of, nothing beyond the edge."""
    found = complaints(page, called)
    assert not found, "\n".join(found)


class Hands:
    """Somebody without a mouse. A group is a text typed in one go, or one key pressed."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.groups = 0

    def types(self, text: str) -> "Hands":
        """A text and the Tab that leaves its field."""
        self.groups += 1
        self.page.keyboard.type(text)
        self.page.keyboard.press("Tab")
        return self

    def presses(self, key: str) -> "Hands":
        self.groups += 1
        self.page.keyboard.press(key)
        return self


@pytest.mark.requirement("fukuoka-18", "fukutsu-02")
def test_a_whole_call_takes_fewer_than_15_groups_of_keys_and_no_mouse(page: Page) -> None:
    hands = Hands(page)
    hands.presses("2")
    expect(page.locator("#id_name")).to_be_focused()
    hands.types(CALLER["name"]).types(CALLER["reading"])
    hands.types(CALLER["birth_date_year"]).types(CALLER["birth_date_month"]).types(CALLER["birth_date_day"])
    hands.types(CALLER["phone"]).types(CALLER["address"])
    hands.presses("Control+Enter")
    expect(page.locator("#call-title")).to_be_focused()
    booked = Reservation.objects.get()
    number = f"{booked.number[:3]}-{booked.number[3:6]}-{booked.number[6:]}"
    expect(page.locator(".operator__number")).to_contain_text(number)
    hands.presses("n")
    expect(page.locator("#id_name")).to_have_value("")
    assert hands.groups < MOST_GROUPS
    assert (booked.seat_kind, booked.reading) == (SeatKind.INTERNAL, "カクウ タロウ")


def test_finding_and_moving_a_booking_by_keyboard(page: Page) -> None:
    hands = Hands(page)
    hands.presses("1")
    expect(page.locator("#id_name")).to_be_focused()
    for name, value in CALLER.items():
        page.locator(f"[name='{name}']").fill(value)
    hands.presses("Control+Enter")
    expect(page.locator(".operator__number")).to_be_visible()
    before = Reservation.objects.get().slot
    hands.presses("n")
    expect(page.locator(".operator__number")).to_have_count(0)
    hands.presses("/")
    page.keyboard.type("かくう")
    hands.presses("Enter")
    expect(page.locator("#call-title")).to_contain_text("1件")
    hands.presses("Tab").presses("Enter")
    expect(page.locator(".operator__number")).to_be_visible()
    hands.presses("3")
    expect(page.locator("[data-primary]")).to_be_focused()
    hands.presses("Enter")
    expect(page.get_by_text("日時を変更しました")).to_be_visible()
    assert Reservation.objects.get().slot != before


def test_a_wish_is_searched_with_enter_and_what_was_typed_stays(page: Page) -> None:
    hands = Hands(page)
    hands.presses("p").types("架空 太郎").presses("Escape").presses("t")
    page.locator("#id_begins").focus()
    page.keyboard.type("11")
    hands.presses("Enter")
    expect(page.locator(".free-time")).to_have_count(3)
    expect(page.locator(".free-time").first).to_be_focused()
    expect(page.locator("#id_name")).to_have_value("架空 太郎")


def test_single_keys_can_be_switched_off(page: Page) -> None:
    page.keyboard.press("?")
    page.locator("#keys-off").check()
    page.keyboard.press("Escape")
    page.keyboard.press("1")
    page.wait_for_timeout(300)
    assert page.locator("[name='held']").count() == 0


def test_every_state_of_the_desk_stands_up_to_axe(page: Page) -> None:
    look(page, "empty")
    page.keyboard.press("?")
    look(page, "keys")
    page.keyboard.press("Escape")
    page.locator(".free-time").first.click()
    expect(page.locator("[name='held']")).to_be_attached()
    look(page, "held")
    page.locator("[data-primary]").click()
    expect(page.locator("[data-error-summary]")).to_be_focused()
    look(page, "errors")
    for name, value in CALLER.items():
        page.locator(f"[name='{name}']").fill(value)
    page.locator("[data-primary]").click()
    expect(page.locator(".operator__number")).to_be_visible()
    look(page, "booked")
    page.locator("#main summary").click()
    look(page, "cancel")
    page.locator(".free-time").last.click()
    expect(page.get_by_text("確定するまで、いまの日時は残ります。")).to_be_visible()
    look(page, "move")
    page.locator("#id_q").fill("架空")
    page.keyboard.press("Enter")
    expect(page.locator("table")).to_be_visible()
    look(page, "found")


def test_the_same_call_works_without_scripts(browser: Browser, live_server: LiveServer, town: Town) -> None:
    page = window(browser, live_server, client_of(Role.OPERATOR), SIZES[0], scripts=False)
    page.locator("#id_name").fill(CALLER["name"])
    page.locator("#id_name").press("Enter")
    expect(page.locator("#id_name")).to_have_value(CALLER["name"])
    page.locator(".free-time").nth(1).click()
    expect(page.locator("#id_name")).to_have_value(CALLER["name"])
    for name, value in CALLER.items():
        page.locator(f"[name='{name}']").fill(value)
    page.get_by_role("button", name="予約を確定する").click()
    expect(page.locator(".operator__number")).to_be_visible()
    page.context.close()
