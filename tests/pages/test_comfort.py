"""What the scripts add, in a real browser with a clock that the test moves."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page

SCRIPTS = Path(settings.BASE_DIR) / "static" / "js"
FAKE_STREAM = """
window.streams = [];
window.seen = [];
window.EventSource = class extends EventTarget {
  constructor(address) { super(); this.address = address; window.streams.push(this); }
  close() { this.closed = true; }
};
window.listen = () => ["live", "live:case", "live:resync"].forEach((kind) =>
  document.body.addEventListener(kind, (event) => window.seen.push([kind, event.detail.id ?? null])));
"""


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page()
    page.clock.install(time="2025-11-21T09:00:00+09:00")
    yield page
    page.close()


def show(page: Page, body: str, script: str = "app.js", before: str = "") -> None:
    page.set_content(f'<!doctype html><html lang="ja"><body>{body}</body></html>')
    if before:
        page.evaluate(f"() => {{ {before} }}")
    page.add_script_tag(content=(SCRIPTS / script).read_text(), type="module")


COUNTDOWN = """
<div data-countdown-seconds="130" data-countdown-sentence="残り{time}です。" data-countdown-ended="過ぎました。">
<p data-countdown-text>9時10分まで</p><p data-countdown-say></p></div>
"""


def test_countdown_goes_in_steps_of_ten_seconds_and_says_when_it_is_over(page: Page) -> None:
    show(page, COUNTDOWN)
    text = page.locator("[data-countdown-text]")
    assert text.inner_text() == "残り2分10秒です。"
    page.clock.run_for(9_000)
    assert text.inner_text() == "残り2分10秒です。"
    page.clock.run_for(2_000)
    assert text.inner_text() == "残り2分です。"
    page.clock.run_for(125_000)
    assert text.inner_text() == "過ぎました。"


def test_countdown_speaks_at_milestones_only(page: Page) -> None:
    show(page, COUNTDOWN)
    spoken = page.locator("[data-countdown-say]")
    assert spoken.inner_text() == ""
    page.clock.run_for(15_000)
    assert spoken.inner_text() == "残り2分です。"
    page.clock.run_for(30_000)
    assert spoken.inner_text() == "残り2分です。"
    page.clock.run_for(30_000)
    assert spoken.inner_text() == "残り1分です。"


def test_waiting_time_keeps_counting(page: Page) -> None:
    show(page, '<b data-elapsed-since="2025-11-21T08:57:30+09:00">2分</b>')
    assert page.inner_text("b") == "2分"
    page.clock.run_for(60_000)
    assert page.inner_text("b") == "3分"


CONFIRMED = """
<form data-confirm="予約 0123 を取り消します。よろしいですか。"><button>取り消す</button></form>
"""
COUNT_SUBMISSIONS = """window.sent = 0;
document.querySelector("form").addEventListener("submit", (event) => { event.preventDefault(); window.sent += 1; });
"""


def test_a_question_answered_with_no_sends_nothing(page: Page) -> None:
    show(page, CONFIRMED, before=COUNT_SUBMISSIONS)
    page.get_by_role("button", name="取り消す").click()
    assert "予約 0123" in page.get_by_role("dialog").inner_text()
    page.get_by_role("button", name="戻る").click()
    assert page.get_by_role("dialog").count() == 0
    assert page.evaluate("window.sent") == 0


def test_a_question_answered_with_yes_sends_once_and_asks_again_next_time(page: Page) -> None:
    show(page, CONFIRMED, before=COUNT_SUBMISSIONS)
    for sent in (1, 2):
        page.locator("form button").click()
        page.get_by_role("dialog").get_by_role("button", name="取り消す").click()
        page.wait_for_function(f"window.sent === {sent}")


def test_error_summary_takes_the_focus_and_its_link_gives_it_to_the_control(page: Page) -> None:
    show(page, '<div data-error-summary tabindex="-1"><a href="#id_name">氏名</a></div><input id="id_name">')
    assert page.evaluate("document.activeElement.hasAttribute('data-error-summary')")
    page.locator("a").click()
    assert page.evaluate("document.activeElement.id") == "id_name"


HTMX_PAGE = """<main id="main"><form></form></main><template id="not-sent"><div>送信できませんでした</div></template>"""


def htmx_event(page: Page, name: str, detail: str) -> None:
    page.evaluate(
        f"""() => document.querySelector("form").dispatchEvent(
            new CustomEvent("{name}", {{ bubbles: true, detail: {detail} }}))"""
    )


def test_what_could_not_be_sent_is_told_until_the_next_attempt(page: Page) -> None:
    show(page, HTMX_PAGE)
    htmx_event(page, "htmx:sendError", '{requestConfig: {verb: "post"}}')
    htmx_event(page, "htmx:responseError", '{requestConfig: {verb: "post"}}')
    assert page.get_by_role("alert").count() == 1
    htmx_event(page, "htmx:beforeRequest", "{}")
    assert page.get_by_role("alert").count() == 0


def test_a_poll_that_fails_is_silent(page: Page) -> None:
    show(page, HTMX_PAGE)
    htmx_event(page, "htmx:sendError", '{requestConfig: {verb: "get"}}')
    assert page.get_by_role("alert").count() == 0


def test_a_fragment_is_never_replaced_by_the_sign_in_page(page: Page) -> None:
    show(page, HTMX_PAGE)
    page.evaluate("""() => document.addEventListener("htmx:beforeSwap", (event) => { window.swap = event.detail; })""")
    arrived = 'xhr: {responseURL: "http://localhost/staff/sign-in/?next=/staff/"}'
    htmx_event(
        page, "htmx:beforeSwap", f'{{shouldSwap: true, {arrived}, pathInfo: {{requestPath: "/staff/sign-in/"}}}}'
    )
    assert page.evaluate("window.swap.shouldSwap") is True
    with page.expect_event("framenavigated"):
        htmx_event(page, "htmx:beforeSwap", f'{{shouldSwap: true, {arrived}, pathInfo: {{requestPath: "/staff/"}}}}')


LIVE = '<div data-live-grant="a b"></div><p data-live-state="waiting">つないでいます</p>'


def listening(page: Page) -> None:
    """A module runs when the browser gets to it, on a busy machine a moment after the page stands."""
    give_up = time.monotonic() + 10
    while not page.evaluate("streams.length"):
        assert time.monotonic() < give_up, "no stream was opened"
        time.sleep(0.02)


def test_messages_become_events_that_carry_ids(page: Page) -> None:
    show(page, LIVE, "live.js", FAKE_STREAM + "window.listen();")
    listening(page)
    assert page.evaluate("streams[0].address") == "/live/stream?grant=a%20b"
    page.evaluate("""() => {
        streams[0].dispatchEvent(new Event("open"));
        streams[0].dispatchEvent(new MessageEvent("message", {data: '{"topic": "t", "kind": "case", "id": 5}'}));
    }""")
    assert page.evaluate("seen") == [["live", 5], ["live:case", 5]]
    assert page.inner_text("[data-live-state]") == "つながっています"


def test_a_lost_connection_is_told_and_made_again_and_pages_catch_up(page: Page) -> None:
    show(page, LIVE, "live.js", FAKE_STREAM + "window.listen();")
    listening(page)
    page.evaluate(
        "() => { streams[0].dispatchEvent(new Event('open')); streams[0].dispatchEvent(new Event('error')); }"
    )
    assert page.inner_text("[data-live-state]") == "接続が切れています。自動でつなぎ直します"
    assert page.evaluate("streams[0].closed")
    page.clock.run_for(1_100)
    page.evaluate("() => streams[1].dispatchEvent(new Event('open'))")
    assert page.evaluate("seen") == [["live:resync", None]]
    assert page.inner_text("[data-live-state]") == "つながっています"


def test_attempts_to_connect_grow_rarer(page: Page) -> None:
    show(page, LIVE, "live.js", FAKE_STREAM)
    listening(page)
    waits = []
    for attempt in range(4):
        page.evaluate(f"() => streams[{attempt}].dispatchEvent(new Event('error'))")
        waits.append(0)
        while page.evaluate("streams.length") == attempt + 1:
            page.clock.run_for(500)
            waits[-1] += 500
    assert waits[3] > waits[0]
    assert max(waits) <= 30_000


# As in the style sheet, what a menu holds takes no room in the line.
MENUS = """
<style>details { height: 2rem }</style>
<nav><details name="n" data-menu><summary>予約</summary><a href="#a">予約一覧</a></details>
<details name="n" data-menu><summary>申請書</summary><a href="#b">不備連絡</a></details></nav><button>別のこと</button>
"""


def test_a_menu_closes_when_the_reader_turns_to_something_else(page: Page) -> None:
    show(page, MENUS, "menu.js")
    opened = page.locator("details[open] summary")
    page.click("summary >> nth=0")
    assert opened.all_inner_texts() == ["予約"]
    page.click("summary >> nth=1")
    assert opened.all_inner_texts() == ["申請書"]
    page.click("button")
    assert opened.count() == 0


def test_a_menu_is_used_with_the_keyboard_alone(page: Page) -> None:
    show(page, MENUS, "menu.js")
    opened = page.locator("details[open] summary")
    for key in ("Tab", "Enter", "Tab"):
        page.keyboard.press(key)
    assert page.evaluate("document.activeElement.textContent") == "予約一覧"
    page.keyboard.press("Escape")
    assert opened.count() == 0
    assert page.evaluate("document.activeElement.textContent") == "予約"
    for key in ("Enter", "Tab", "Tab"):
        page.keyboard.press(key)
    assert page.evaluate("document.activeElement.textContent") == "申請書"
    assert opened.count() == 0
