"""The clerk's tablet in Chromium, 1180 by 820: the tablet sleeps, an answer is heard, reasons open."""

import pytest
from playwright.sync_api import Browser, expect

from counters.actions import visit_arrive
from review.models import Verdict
from tests.counters.desk import Desk, make_desk
from tests.fixtures.site import LiveSite
from tests.reservations.town import TARO, a_time, make_town
from tests.windows import Window, open_window

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TABLET = (1180, 820)


@pytest.fixture
def desk(live_site: LiveSite) -> Desk:
    return make_desk(make_town())


@pytest.fixture
def tablet(desk: Desk, browser: Browser, live_site: LiveSite) -> Window:
    return open_window(browser, live_site.url, desk.clerk, TABLET)


def test_without_a_camera_the_page_says_how_to_go_on(tablet: Window) -> None:
    # The browser of the tests has a camera, of drawn pictures.
    tablet.page.add_init_script(
        "navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('none', 'NotFoundError'));"
    )
    tablet.go("/staff/counters/")
    tablet.page.get_by_role("button", name="QRで受付").click()
    expect(tablet.page.locator("[data-scan-state]")).to_contain_text("予約番号で探してください")
    tablet.look("scan")
    tablet.page.get_by_role("button", name="やめる").click()
    expect(tablet.page.locator("[data-scan]")).not_to_be_visible()
    assert not tablet.complaints


def test_an_answer_is_called_out_by_title_and_sound_unless_switched_off(desk: Desk, tablet: Window) -> None:
    tablet.page.add_init_script(
        "window.tones = 0; const begin = OscillatorNode.prototype.start;"
        "OscillatorNode.prototype.start = function (at) { window.tones += 1; return begin.call(this, at); };"
    )
    for tones in (2, 0):
        case = desk.submitted()
        tablet.go(f"/staff/counters/visits/{case.visit_id}/")
        tablet.page.get_by_role("button", name="メニュー").click()
        if tones == 0:
            tablet.page.get_by_role("button", name="結果の音を鳴らす：入").click()
            tablet.page.wait_for_selector("text=結果の音を鳴らす：切")
        tablet.page.keyboard.press("Escape")
        desk.decide(case, Verdict.APPROVED)
        tablet.page.wait_for_selector("body[data-answered='approved']")
        assert tablet.page.title().startswith("【承認】")
        assert tablet.page.evaluate("window.tones") == tones


def test_a_tablet_that_wakes_up_shows_what_happened_meanwhile(desk: Desk, tablet: Window) -> None:
    """Asleep, a page hears nothing: its stream is cut here, and the fragment's own poll is too far away to help."""
    desk.booking(hour=a_time(0).hour)
    tablet.page.route("**/live/stream**", lambda route: route.abort())
    tablet.go("/staff/counters/")
    tablet.page.wait_for_selector("text=これから 1件")
    visit_arrive(reservation=desk.booking(hour=a_time(0).hour, person=TARO), by=desk.by)
    tablet.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(tablet.page.locator("#day-list")).to_contain_text("これから 1件・対応中 1件")
    expect(tablet.page.locator("#next")).to_contain_text(TARO.name)


def test_the_reasons_open_below_their_outcome(desk: Desk, tablet: Window) -> None:
    visit = desk.serving()
    tablet.go(f"/staff/counters/visits/{visit.pk}/finish/")
    papers = tablet.page.get_by_label("本人確認書類が足りない")
    expect(papers).not_to_be_visible()
    tablet.page.get_by_label("書類の不足").check()
    expect(papers).to_be_visible()
    papers.check()
    tablet.look("finish")
    tablet.page.get_by_role("button", name="結果を記録して完了").click()
    tablet.page.wait_for_selector("text=この来局は完了しました")
    assert not tablet.complaints
