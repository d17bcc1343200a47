"""In Chromium: axe and the screen's edge in every language, and a day's times that come in place."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, expect
from pytest_django.live_server_helper import LiveServer

from reservations.models import Reservation
from tests.citizen.road import TYPED
from tests.looking import complaints
from tests.reservations.town import Town, a_time, make_slot, make_town

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PRIMARY = "main .actions .button--primary"


@pytest.fixture
def town(transactional_db: None) -> Town:
    town = make_town()
    for day in (7, 8, 9):
        for hour in (9, 10, 11):
            make_slot(town.office, a_time(days=day, hour=hour), seats=2)
    return town


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="ja-JP")
    context.set_default_timeout(10_000)
    yield context
    context.close()


@pytest.mark.requirement("fukuoka-06")
@pytest.mark.parametrize("language", ["en", "ja-easy"])
@pytest.mark.parametrize("width", [390, 320])
def test_pages_in_other_languages_pass_axe_and_fit(
    town: Town, context: BrowserContext, live_server: LiveServer, language: str, width: int
) -> None:
    page = context.new_page()
    page.set_viewport_size({"width": width, "height": 844})
    found: list[str] = []
    for address in (f"/?language={language}", "/book/", "/book/renewal/", "/book/renewal/places/", "/r/find/"):
        page.goto(live_server.url + address)
        found += complaints(page, page.url)
    page.goto(f"{live_server.url}/book/renewal/mihon/")
    page.locator("td.open a").first.click()
    expect(page.locator("#times-title")).to_be_focused()
    found += complaints(page, page.url)
    page.locator("button[name='slot']").first.click()
    page.locator(PRIMARY).click()
    page.wait_for_selector("[data-error-summary]")
    found += complaints(page, page.url)
    for name, value in TYPED.items():
        page.locator(f"main [name='{name}']").fill(value)
    page.locator(PRIMARY).click()
    page.wait_for_url("**/confirm/**")
    page.wait_for_selector("main dl.facts")
    found += complaints(page, page.url)
    page.locator(PRIMARY).click()
    page.wait_for_selector(".number-large")
    found += complaints(page, page.url)
    assert not found, "\n".join(found)
    assert Reservation.objects.get().language == language


def test_another_language_on_the_confirmation_loses_nothing(
    town: Town, context: BrowserContext, live_server: LiveServer
) -> None:
    page = context.new_page()
    page.goto(f"{live_server.url}/book/renewal/mihon/")
    page.locator("button[name='slot']").first.click()
    for name, value in TYPED.items():
        page.locator(f"main [name='{name}']").fill(value)
    page.get_by_role("button", name="確認へ進む").last.click()
    page.get_by_role("button", name="English").click()
    expect(page.locator("h1")).to_have_text("Check your details")
    page.get_by_role("button", name="Book", exact=True).click()
    expect(page.locator("h1")).to_have_text("Your booking is complete")
    assert Reservation.objects.get().phone == "00012345678"


@pytest.mark.requirement("fukuoka-05")
def test_a_days_times_come_in_place_and_the_way_back_works(
    town: Town, context: BrowserContext, live_server: LiveServer
) -> None:
    page = context.new_page()
    loads: list[str] = []
    page.on("load", lambda loaded: loads.append(loaded.url))
    month, day = f"{live_server.url}/book/renewal/mihon/", a_time().date()
    page.goto(month)
    page.evaluate("window.stayed = true")
    page.locator(f"a[href$='/{day}/']").click()
    expect(page.locator("#times-title")).to_be_focused()
    expect(page.locator("#times-title")).to_be_in_viewport()
    assert page.url == f"{month}{day}/"
    assert page.locator("td.chosen a[aria-current='date']").count() == 1
    assert page.evaluate("window.stayed") is True
    page.go_back()
    expect(page.locator("#soon")).to_be_visible()
    assert page.url == month
    page.go_forward()
    expect(page.locator("#times button").first).to_be_visible()
    page.locator("#times button[name='slot']").first.click()
    expect(page.locator("h1")).to_have_text("お越しになる方の入力")


def test_a_day_whose_times_do_not_come_is_opened_as_a_page(
    town: Town, context: BrowserContext, live_server: LiveServer
) -> None:
    page = context.new_page()
    page.goto(f"{live_server.url}/book/renewal/mihon/")
    failed: list[str] = []

    def fail_first(route: object) -> None:
        if not failed:
            failed.append("once")
            route.abort()  # type: ignore[attr-defined]
        else:
            route.continue_()  # type: ignore[attr-defined]

    page.route(f"**/{a_time().date()}/", fail_first)
    page.locator(f"a[href$='/{a_time().date()}/']").click()
    expect(page.locator("h1")).to_contain_text("の時間を選ぶ")
    assert failed
