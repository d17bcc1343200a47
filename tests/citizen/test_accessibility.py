"""Every page of the road in Chromium: axe at phone widths, keyboard alone, nothing beyond the edge."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, Locator, Page
from pytest_django.live_server_helper import LiveServer

from reservations.models import Hold, Reservation, ReservationState, Slot
from tests.citizen.road import TYPED
from tests.looking import complaints
from tests.reservations.town import Town, a_time, make_slot, make_town

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MOST_TABS = 80


@pytest.fixture
def town(transactional_db: None) -> Town:
    town = make_town()
    town.renewal.eligibility = "renewal"
    town.renewal.save()
    for day in (7, 8, 9):
        for hour in (9, 10, 11):
            make_slot(town.office, a_time(days=day, hour=hour), seats=hour - 8)
    make_slot(town.elsewhere, a_time(days=10))
    return town


@dataclass
class Reader:
    """Somebody with a browser, who looks closely at every page."""

    page: Page
    url: str
    complaints: list[str] = field(default_factory=list)

    def go(self, path: str) -> None:
        self.page.goto(self.url + path)
        self.look(path)

    def press(self, target: Locator, called: str) -> None:
        target.click()
        self.page.wait_for_load_state()
        self.look(called)

    def look(self, called: str) -> None:
        self.complaints += complaints(self.page, called)

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name).last

    def link(self, name: str) -> Locator:
        return self.page.get_by_role("link", name=name).first

    def fill(self, **typed: str) -> None:
        for name, value in (TYPED | typed).items():
            self.page.locator(f"[name='{name}']").fill(value)


@pytest.fixture
def reader_of(browser: Browser, live_server: LiveServer) -> Iterator[Callable[[int, bool], Reader]]:
    contexts = []

    def open_browser(width: int, scripts: bool = True) -> Reader:
        context = browser.new_context(
            viewport={"width": width, "height": 844}, locale="ja-JP", java_script_enabled=scripts
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        reader = Reader(page, live_server.url)
        # The content security policy speaks through the console.
        page.on(
            "console", lambda said: reader.complaints.append(said.text) if "Content Security" in said.text else None
        )
        return reader

    yield open_browser
    for context in contexts:
        context.close()


@pytest.mark.requirement("fukuoka-06")
@pytest.mark.parametrize("width", [390, 320])
def test_every_page_of_the_road_passes_axe(town: Town, reader_of: Callable[..., Reader], width: int) -> None:
    reader = reader_of(width)
    _choose(reader)
    _fill_in(reader)
    _change_and_cancel(reader)
    _find(reader)
    assert not reader.complaints, "\n\n".join(reader.complaints)


def test_small_targets_and_missing_labels_would_be_noticed(reader_of: Callable[..., Reader]) -> None:
    reader = reader_of(390)
    reader.page.set_content(
        '<html lang="ja"><title>見本</title><main><h1>見本</h1><input>'
        "<style>button{display:block;width:9px;height:9px;margin:0;padding:0;border:0}p{width:500px}</style>"
        "<button>あ</button><button>い</button><p>長い</p></main></html>"
    )
    reader.look("a bad page")
    said = "\n".join(reader.complaints)
    for rule in ("target-size", "label", "wider than the screen"):
        assert rule in said


def _choose(reader: Reader) -> None:
    reader.go("/")
    reader.press(reader.link("予約をはじめる"), "procedures")
    reader.press(reader.link("電子証明書の更新"), "procedure")
    reader.press(reader.button("確かめる"), "eligibility with errors")
    for name, year in (("birth_date", "1985"), ("certificate_expiry", "令和20")):
        for part, value in (("year", year), ("month", "4"), ("day", "2")):
            reader.page.locator(f"[name='{name}_{part}']").fill(value)
    reader.press(reader.button("確かめる"), "eligibility answered")
    reader.press(reader.link("場所を選ぶ"), "places")
    reader.press(reader.link("見本郵便局"), "month")
    reader.press(reader.page.locator("td.open a, td.few a").first, "day")
    # Somebody else takes the time while this page stands open.
    first = Slot.objects.order_by("starts_at")[0]
    Slot.objects.filter(pk=first.pk).update(public_taken=first.public_seats)
    reader.press(reader.page.locator(f"button[value='{first.pk}']"), "time just taken")


def _fill_in(reader: Reader) -> None:
    reader.press(reader.page.locator("button[name='slot']").first, "form")
    reader.fill(birth_date_month="13", phone="12")
    reader.press(reader.button("確認へ進む"), "form with errors")
    reader.fill()
    reader.press(reader.button("時間を延ばす"), "hold extended")
    reader.press(reader.button("日時を選び直す"), "another time")
    reader.press(reader.page.locator("td button").last, "another time, day chosen")
    reader.press(reader.page.locator("button[name='slot']").first, "confirmation")
    _lose_the_hold()
    reader.press(reader.button("予約する"), "hold lost")
    reader.press(reader.page.locator("button[name='slot']").first, "confirmation again")
    reader.press(reader.button("予約する"), "booked")


def _lose_the_hold() -> None:
    """The hold's minutes are over, and somebody else has taken the seats."""
    slot = Hold.objects.get().slot
    Hold.objects.all().delete()
    Slot.objects.filter(pk=slot.pk).update(public_taken=slot.public_seats)


def _change_and_cancel(reader: Reader) -> None:
    reader.press(reader.link("日時を変更する"), "change")
    reader.press(reader.link("場所を変える"), "change of place")
    reader.press(reader.link("架空郵便局"), "change, other place")
    reader.press(reader.page.locator("td.open a, td.few a").first, "change, day chosen")
    reader.press(reader.page.locator("button[name='slot']").first, "change, confirmation")
    reader.press(reader.button("変更する"), "changed")
    reader.press(reader.link("予約を取り消す"), "cancel")
    reader.press(reader.button("この予約を取り消す"), "cancel with errors")
    Reservation.objects.update(state=ReservationState.ORPHANED)
    reader.go(reader.page.url.removeprefix(reader.url).replace("cancel/", ""))
    reader.press(reader.link("予約を取り消す"), "cancel")
    reader.page.get_by_label("都合が悪くなった").check()
    reader.press(reader.button("この予約を取り消す"), "cancelled")


def _find(reader: Reader) -> None:
    reader.go("/r/find/")
    reader.press(reader.button("予約を表示する"), "find with errors")
    Slot.objects.update(public_taken=0, public_seats=0)
    reader.go("/book/renewal/places/")
    reader.go("/book/renewal/mihon/")


@pytest.mark.requirement("fukuoka-06")
def test_the_road_can_be_walked_with_the_keyboard_alone(town: Town, reader_of: Callable[..., Reader]) -> None:
    reader = reader_of(390)
    page = reader.page
    page.goto(reader.url)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip-link"
    for step in ("予約をはじめる", "電子証明書の更新", "場所を選ぶ", "見本郵便局"):
        _tab_to(page, step)
        _enter(page)
    _tab_to(page, "9:00")
    _enter(page)
    for name, value in TYPED.items():
        _tab_to_field(page, name)
        page.keyboard.type(value)
    # Enter inside a field goes on, it does not press the button that gains time.
    _enter(page)
    assert page.locator("h1").inner_text() == "内容の確認"
    _tab_to(page, "予約する")
    _enter(page)
    assert page.locator("h1").inner_text() == "予約が完了しました"
    assert Reservation.objects.get().phone == "00012345678"


def test_focus_goes_to_the_summary_and_from_there_to_the_field(town: Town, reader_of: Callable[..., Reader]) -> None:
    reader = reader_of(390)
    page = reader.page
    page.goto(f"{reader.url}/book/renewal/mihon/")
    page.locator("button[name='slot']").first.click()
    reader.button("確認へ進む").click()
    assert page.evaluate("document.activeElement.hasAttribute('data-error-summary')")
    _tab_to(page, "生年月日")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.name") == "birth_date_year"


def test_browsers_own_way_back_loses_nothing_and_the_draft_ends_with_the_booking(
    town: Town, reader_of: Callable[..., Reader]
) -> None:
    reader = reader_of(390)
    page = reader.page
    page.goto(f"{reader.url}/book/renewal/mihon/")
    page.locator("button[name='slot']").first.click()
    reader.fill()
    reader.button("確認へ進む").click()
    page.wait_for_selector("text=予約はまだ完了していません")
    page.go_back()
    page.wait_for_selector("#id_name")
    assert {name: page.locator(f"[name='{name}']").input_value() for name in TYPED} == TYPED
    reader.button("確認へ進む").click()
    reader.button("予約する").click()
    page.wait_for_selector("text=予約が完了しました")
    assert page.evaluate("sessionStorage.getItem('booking-draft')") is None


@pytest.mark.requirement("fukuoka-05")
def test_the_road_needs_no_script(town: Town, reader_of: Callable[..., Reader]) -> None:
    reader = reader_of(390, False)
    page = reader.page
    page.goto(reader.url)
    for step in ("予約をはじめる", "電子証明書の更新", "場所を選ぶ", "見本郵便局"):
        reader.link(step).click()
    page.locator("button[name='slot']").first.click()
    assert "までこの日時をお取りしています" in page.locator("[data-countdown-text]").inner_text()
    reader.fill()
    reader.button("確認へ進む").click()
    reader.button("入力を直す").click()
    assert page.locator("#id_phone").input_value() == TYPED["phone"]
    reader.button("確認へ進む").click()
    reader.button("予約する").click()
    assert page.locator("h1").inner_text() == "予約が完了しました"


def _enter(page: Page) -> None:
    with page.expect_navigation():
        page.keyboard.press("Enter")


def _tab_to(page: Page, text: str) -> None:
    _tab_until(page, text, "document.activeElement.innerText ?? ''")


def _tab_to_field(page: Page, name: str) -> None:
    _tab_until(page, name, "document.activeElement.name ?? ''")


def _tab_until(page: Page, wanted: str, expression: str) -> None:
    """Press Tab until what has the focus matches; it must be seen to have it."""
    for _tab in range(MOST_TABS):
        page.keyboard.press("Tab")
        if wanted in str(page.evaluate(expression)):
            assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none", wanted
            return
    pytest.fail(f"the keyboard does not reach {wanted}")
