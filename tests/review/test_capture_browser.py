"""The tablet in Chromium, 1180 by 820: signing, and pictures over lines that come and go."""

from collections.abc import Iterator

import pytest
from django.contrib.sessions.models import Session
from django_otp.oath import totp
from playwright.sync_api import Browser, Page, Route, expect

from applications.models import Application, ApplicationState
from counters.models import Visit
from review.models import Case, CaseImage, CaseState, Verdict
from tests.counters.desk import Desk, make_desk
from tests.fixtures.site import LiveSite, wait_for
from tests.looking import complaints
from tests.people import KEY, PASSWORD
from tests.reservations.town import make_town
from tests.review.tablet import Tablet, opened_tablet
from vault.models import ObjectKind, VaultObject

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LOOK_MS = 700  # how often the tablet judges what the camera sees
Spot = tuple[float, float]


@pytest.fixture
def desk(live_site: LiveSite) -> Desk:
    return make_desk(make_town())


class Pen(Tablet):
    """A tablet on which somebody signs."""

    def ready_to_sign(self, visit: Visit) -> None:
        self.open_visit(visit, "sign/")
        self.page.wait_for_selector("[data-signature][data-ready]")

    def on_canvas(self, x: float, y: float) -> Spot:
        box = self.page.locator("[data-signature]").bounding_box()
        assert box is not None
        return box["x"] + x, box["y"] + y

    def pen_stroke(self, left: float) -> None:
        self._strokes("mouse", left)

    def palm(self, left: float) -> None:
        self._strokes("touch", left)

    def _strokes(self, how: str, left: float) -> None:
        devtools = self.context.new_cdp_session(self.page)
        path = [self.on_canvas(left + 4 * step, 60 + 5 * (step % 6)) for step in range(16)]
        for number, (x, y) in enumerate(path):
            first, last = number == 0, number == len(path) - 1
            if how == "mouse":
                kind = "mousePressed" if first else "mouseReleased" if last else "mouseMoved"
                pen = {"pointerType": "pen", "button": "left", "buttons": 1, "clickCount": 1, "force": 0.6}
                devtools.send("Input.dispatchMouseEvent", {"type": kind, "x": x, "y": y, **pen})
            else:
                kind = "touchStart" if first else "touchEnd" if last else "touchMove"
                devtools.send(
                    "Input.dispatchTouchEvent", {"type": kind, "touchPoints": [] if last else [{"x": x, "y": y}]}
                )
        devtools.detach()

    def strokes(self, words: str) -> None:
        expect(self.page.locator("[data-signature-state]")).to_have_text(words)


@pytest.fixture
def tablet(browser: Browser, live_site: LiveSite, desk: Desk) -> Iterator[Pen]:
    with opened_tablet(browser, live_site.url, desk.clerk) as opened:
        yield Pen(opened.context, opened.page, opened.url)


def held() -> tuple[int, int]:
    return CaseImage.objects.count(), VaultObject.objects.filter(kind=ObjectKind.IMAGE).count()


# -- signing --------------------------------------------------------------------------------------
def test_a_pen_writes_and_what_it_wrote_can_be_taken_back(tablet: Pen, desk: Desk) -> None:
    tablet.ready_to_sign(desk.serving())
    tablet.strokes("まだ書かれていません")
    for left in (40, 160, 280):
        tablet.pen_stroke(left)
    tablet.strokes("3画が書かれています")
    tablet.button("一画戻す").click()
    tablet.strokes("2画が書かれています")
    tablet.button("全部消す").click()
    tablet.strokes("まだ書かれていません")


def test_the_hand_that_rests_on_the_glass_writes_nothing(tablet: Pen, desk: Desk) -> None:
    tablet.ready_to_sign(desk.serving())
    tablet.palm(300)
    tablet.strokes("1画が書かれています")  # a finger may write while no pen was seen
    tablet.pen_stroke(40)
    tablet.strokes("2画が書かれています")
    tablet.palm(400)
    tablet.strokes("2画が書かれています")


def test_the_page_fills_the_tablet_so_that_the_next_step_lies_under_the_thumb(tablet: Pen, desk: Desk) -> None:
    tablet.ready_to_sign(desk.serving())
    bar = tablet.page.locator(".action-bar").bounding_box()
    assert bar is not None
    assert bar["y"] + bar["height"] == 820


def test_what_was_written_survives_turning_the_tablet(tablet: Pen, desk: Desk) -> None:
    tablet.ready_to_sign(desk.serving())
    tablet.pen_stroke(40)
    tablet.page.set_viewport_size({"width": 820, "height": 1180})
    tablet.strokes("1画が書かれています")
    assert tablet.page.evaluate(
        """() => {
          const canvas = document.querySelector("[data-signature]");
          return canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.some((byte) => byte > 0);
        }"""
    )


@pytest.mark.requirement("fukuoka-22")
def test_an_empty_signature_is_refused_in_words_then_signed(tablet: Pen, desk: Desk) -> None:
    tablet.ready_to_sign(desk.serving())
    tablet.button("署名を保存して撮影へ").click()
    expect(tablet.page.locator("[data-error-summary]")).to_contain_text("署名が書かれていません")
    assert Application.objects.get().state == ApplicationState.DRAFTED
    tablet.page.wait_for_selector("[data-signature][data-ready]")
    frame = tablet.on_canvas(0, 0)
    tablet.pen_stroke(40)
    expect(tablet.page.locator("[data-error-summary]")).to_be_hidden()
    assert tablet.on_canvas(0, 0) == frame, "the frame stays where it is under the pen"
    tablet.pen_stroke(160)
    tablet.strokes("2画が書かれています")
    tablet.button("署名を保存して撮影へ").click()
    tablet.page.wait_for_selector("[data-capture]")
    assert Application.objects.get().state == ApplicationState.SIGNED


# -- pictures -------------------------------------------------------------------------------------
@pytest.mark.requirement("kitakyushu-23")
def test_a_picture_taken_offline_arrives_exactly_once(tablet: Pen, desk: Desk) -> None:
    tablet.ready_to_capture(desk.signed())
    tablet.shoot("application_form")
    tablet.shows(1)
    tablet.context.set_offline(True)
    tablet.shoot()
    tablet.upload_says("写真はこのタブレットに残っています")
    tablet.button("審査を依頼する").click()
    tablet.says("あと1枚がまだサーバーにありません")
    assert held() == (1, 1)
    tablet.context.set_offline(False)
    tablet.shows(2)
    tablet.says("サーバーに保存済み")
    assert held() == (2, 2)
    tablet.ask_for_review()
    tablet.page.wait_for_selector("text=審査の順番を待っています")
    assert Case.objects.get().state == CaseState.SUBMITTED


def test_an_answer_lost_on_the_way_makes_no_second_picture(tablet: Pen, desk: Desk) -> None:
    tablet.ready_to_capture(desk.signed())
    lost: list[int] = []

    def lose_the_last_answer(route: Route) -> None:
        if lost or route.request.method != "PATCH":
            return route.continue_()
        answer = route.fetch()
        if answer.status != 201:
            return route.fulfill(response=answer)
        lost.append(answer.status)
        return route.abort("connectionreset")

    tablet.page.route("**/uploads/**", lose_the_last_answer)
    tablet.shoot()
    tablet.shows(1)
    assert lost == [201]
    assert held() == (1, 1)


def test_a_server_that_is_away_for_a_moment_loses_nothing(tablet: Pen, desk: Desk) -> None:
    tablet.ready_to_capture(desk.signed())
    refused: list[Route] = []

    def away_at_first(route: Route) -> None:
        if len(refused) < 2:
            refused.append(route)
            route.fulfill(status=502, content_type="text/html", body="<p>Bad Gateway</p>")
        else:
            route.continue_()

    tablet.page.route("**/uploads/**", away_at_first)
    tablet.shoot()
    tablet.shows(1)
    assert (len(refused), held()) == (2, (1, 1))


def test_what_is_no_picture_is_refused_in_words(tablet: Pen, desk: Desk) -> None:
    tablet.ready_to_capture(desk.signed())
    tablet.open_step("other")
    tablet.page.wait_for_function("() => document.querySelector('[data-studio-video]').videoWidth > 0")
    tablet.choose_file(b"no picture")
    hints = tablet.page.locator("[data-studio-hints]")
    expect(hints).to_contain_text("JPEGの写真として読み取れませんでした")
    # The camera goes on looking: what it says of the picture it sees comes after.
    tablet.page.wait_for_timeout(2 * LOOK_MS)
    expect(hints).to_contain_text("JPEGの写真として読み取れませんでした")
    tablet.choose_file(b"")
    expect(hints).to_contain_text("空です")
    tablet.button("閉じる").click()
    tablet.says("サーバーに保存済み")
    assert held() == (0, 0)


def test_what_the_server_refuses_is_said_and_forgotten_with_the_next_attempt(tablet: Pen, desk: Desk) -> None:
    tablet.ready_to_capture(desk.signed())
    tablet.button("審査を依頼する").click()
    expect(tablet.page.locator(".messages")).to_contain_text("画像がありません")
    tablet.page.wait_for_selector("[data-capture][data-ready]")
    answer = {"state": "refused", "message": "写真のデータが途中で切れているか、壊れています。"}
    tablet.page.route("**/uploads/", lambda route: route.fulfill(status=422, json=answer))
    tablet.shoot()
    tablet.upload_says("途中で切れている")
    expect(tablet.page.locator("[data-uploads] .notice--error .icon")).to_be_visible()
    expect(tablet.page.locator(".messages")).to_have_count(0)
    tablet.page.unroute("**/uploads/")
    tablet.shoot()
    tablet.shows(1)
    expect(tablet.page.locator(".notice--error")).to_have_count(0)


def test_a_sign_in_that_ends_while_capturing_loses_no_picture(tablet: Pen, desk: Desk) -> None:
    tablet.ready_to_capture(desk.signed())
    _session_ends_with_a_picture_on_its_way(tablet)
    with tablet.context.expect_page() as opened:
        tablet.page.get_by_role("link", name="別のタブでログインし直してください").click()
    _sign_in_by_hand(opened.value, desk)
    tablet.page.bring_to_front()
    tablet.shows(1)
    assert held() == (1, 1)
    # The forms of the page that stayed open have the new session's token.
    tablet.ask_for_review()
    tablet.page.wait_for_selector("text=審査の順番を待っています")


def _session_ends_with_a_picture_on_its_way(tablet: Pen) -> None:
    tablet.context.set_offline(True)
    tablet.shoot()
    tablet.upload_says("写真はこのタブレットに残っています")
    Session.objects.all().delete()
    tablet.context.set_offline(False)
    tablet.upload_says("ログインの時間が切れました")
    tablet.says("ログインし直すと自動で送ります")


def _sign_in_by_hand(page: Page, desk: Desk) -> None:
    page.fill("#id_username", desk.clerk.username)
    page.fill("#id_password", PASSWORD)
    page.get_by_role("button", name="次へ進む").click()
    page.fill("#id_code", f"{totp(bytes.fromhex(KEY)):06d}")
    page.get_by_role("button", name="ログインする").click()
    page.wait_for_url("**/staff/counters/visits/*/")


def test_a_poll_that_finds_the_session_ended_does_not_take_the_page_away(tablet: Pen, desk: Desk) -> None:
    tablet.ready_to_capture(desk.signed())
    _session_ends_with_a_picture_on_its_way(tablet)
    with tablet.page.expect_response(lambda response: "/counters/list/" in response.url and response.status == 401):
        tablet.page.evaluate("document.body.dispatchEvent(new CustomEvent('live:resync', {detail: {}}))")
    tablet.upload_says("ログインの時間が切れました")
    tablet.says("ログインし直すと自動で送ります")
    assert "/staff/counters/visits/" in tablet.page.url


def test_leaving_the_page_loses_no_picture(tablet: Pen, desk: Desk) -> None:
    """It lies on the tablet, and the next page of the tablet sends it, whatever that page shows."""
    tablet.ready_to_capture(desk.signed())
    tablet.page.route("**/uploads/**", lambda route: route.abort())
    tablet.shoot()
    tablet.upload_says("写真はこのタブレットに残っています")
    assert held() == (0, 0)
    tablet.go("/staff/counters/walk-in/")
    tablet.says("1枚がこのタブレットにあり、まだサーバーにありません")
    tablet.page.unroute("**/uploads/**")
    tablet.page.evaluate("window.dispatchEvent(new Event('online'))")
    wait_for(lambda: held() == (1, 1), "the picture's arrival")


# -- pushes under the clerk's finger ---------------------------------------------------------------
def test_a_poll_without_news_leaves_an_open_question_alone(tablet: Pen, desk: Desk) -> None:
    visit = desk.submitted().visit
    tablet.open_visit(visit)
    tablet.page.evaluate("document.getElementById('visit-pane').dataset.mark = 'still here'")
    with tablet.page.expect_response(lambda response: "/pane/" in response.url) as answer:
        tablet.page.evaluate("document.body.dispatchEvent(new CustomEvent('live:resync', {detail: {}}))")
    assert answer.value.status == 304
    assert tablet.page.locator("#visit-pane").get_attribute("data-mark") == "still here"
    desk.decide(visit.case, Verdict.APPROVED)
    tablet.page.wait_for_selector("text=承認されました")


def test_a_number_being_typed_survives_news_from_the_day(tablet: Pen, desk: Desk) -> None:
    tablet.go("/staff/counters/")
    tablet.page.wait_for_selector("[data-live-state='open']", state="attached")
    tablet.page.locator("#id_number").press_sequentially("123")
    desk.walk_in()
    tablet.page.wait_for_selector("#day-list >> text=予約なし")
    tablet.page.keyboard.type("45")
    expect(tablet.page.locator("#id_number")).to_have_value("12345")


# -- for everybody --------------------------------------------------------------------------------
def test_the_tablets_pages_stand_axe_and_fit_the_screen(tablet: Pen, desk: Desk) -> None:
    serving, signed = desk.serving(), desk.signed()
    case = desk.case()
    desk.picture(case)
    waiting, approved = desk.submitted().visit, desk.answered(Verdict.APPROVED).visit
    reshoot, rejected = desk.answered(Verdict.RESHOOT).visit, desk.answered(Verdict.REJECTED).visit
    paths = ["/staff/counters/", "/staff/counters/walk-in/", f"/staff/counters/visits/{serving.pk}/sign/"]
    paths += [f"/staff/counters/visits/{serving.pk}/finish/"]
    visits = [desk.walk_in(), serving, signed, case.visit, waiting, approved, reshoot, rejected]
    paths += [f"/staff/counters/visits/{visit.pk}/" for visit in visits]
    found: list[str] = []
    for path in paths:
        tablet.go(path)
        found += complaints(tablet.page, path)
        if not _thumb_in_sight(tablet.page):
            found.append(f"{path}: the next action is out of sight")
    assert not found, "\n".join(found)


def _thumb_in_sight(page: Page) -> bool:
    """Every page but the waiting one has its next action in the lower right corner."""
    action = page.locator(".thumb-action")
    if action.count() == 0:
        return page.locator(".result--waiting").count() == 1
    box = action.bounding_box()
    return box is not None and box["y"] + box["height"] <= 820 and box["x"] + box["width"] <= 1180
