"""A tablet on a line that comes and goes: nothing is lost, and nothing is readable by others."""

import hashlib
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, Request, Route, expect

from accounts.models import User
from accounts.roles import Role
from counters.actions import visit_leave
from postoffices.models import Posting
from review.models import Case, CaseImage, CaseState, PendingUpload, TabletKey
from tests.counters.desk import Desk, make_desk
from tests.fixtures.site import LiveSite, wait_for
from tests.people import staff_member
from tests.reservations.town import make_town
from tests.review.tablet import Tablet, opened_tablet
from tests.vault.cameras import jpeg
from vault.models import ObjectKind, VaultObject

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

KEPT_HERE = "写真はこのタブレットに残っています"
ROWS = """async () => {
  const base = await new Promise((resolve) => {
    const request = indexedDB.open("waiting-pictures");
    request.onsuccess = () => resolve(request.result);
  });
  const rows = await new Promise((resolve) => {
    const request = base.transaction("pictures").objectStore("pictures").getAll();
    request.onsuccess = () => resolve(request.result);
  });
  base.close();
  return rows.map((row) => ({
    names: Object.keys(row).sort(),
    sealed: [...new Uint8Array(row.sealed)],
    key: row.key,
  }));
}"""


@pytest.fixture
def desk(live_site: LiveSite) -> Desk:
    return make_desk(make_town())


@pytest.fixture
def tablet(browser: Browser, live_site: LiveSite, desk: Desk) -> Iterator[Tablet]:
    with opened_tablet(browser, live_site.url, desk.clerk) as opened:
        yield opened


@pytest.fixture
def colleague(desk: Desk) -> User:
    """Somebody else of the same counter, at the same tablet."""
    person = staff_member(Role.CLERK, "same-counter")
    Posting.objects.create(user=person, office=desk.town.office)
    return person


def large() -> bytes:
    """A picture of several pieces: noise does not compress."""
    made = BytesIO()
    Image.effect_noise((1400, 1000), 90).convert("RGB").save(made, "JPEG", quality=95)
    return made.getvalue()


def held() -> tuple[int, int]:
    return CaseImage.objects.count(), VaultObject.objects.filter(kind=ObjectKind.IMAGE).count()


class Pieces:
    """Watches what goes over the line, and can cut it after some pieces."""

    def __init__(self, tablet: Tablet) -> None:
        self.offsets: list[int] = []
        self.bodies: dict[int, bytes] = {}
        self.left = 10_000
        tablet.page.route("**/staff/review/uploads/**", self._carry)
        tablet.page.on("request", self._see)

    def _see(self, request: Request) -> None:
        if request.method == "PATCH":
            self.bodies[int(request.headers["upload-offset"])] = request.post_data_buffer or b""

    def _carry(self, route: Route) -> None:
        if self.left <= 0:
            return route.abort("internetdisconnected")
        self.left -= 1
        self.offsets.append(int(route.request.headers["upload-offset"]))
        return route.continue_()


@pytest.mark.requirement("kitakyushu-23")
def test_a_line_cut_in_the_middle_of_a_picture_goes_on_where_it_stopped(tablet: Tablet, desk: Desk) -> None:
    pieces = Pieces(tablet)
    pieces.left = 3
    tablet.ready_to_capture(desk.signed())
    tablet.shoot("application_form", large())
    tablet.upload_says(KEPT_HERE)
    arrived = PendingUpload.objects.get()
    assert 0 < arrived.received < arrived.size
    assert held() == (0, 0)
    pieces.left = 10_000
    tablet.page.evaluate("window.dispatchEvent(new Event('online'))")
    tablet.shows(1)
    # No byte went twice, and what lies there is what the tablet made.
    assert len(pieces.offsets) == len(set(pieces.offsets)) > 4
    whole = b"".join(pieces.bodies[offset] for offset in sorted(pieces.bodies))
    assert CaseImage.objects.get().sent_sha256 == hashlib.sha256(whole).hexdigest()
    assert held() == (1, 1)


@pytest.mark.requirement("kitakyushu-23")
def test_ten_minutes_without_a_line_lose_nothing(tablet: Tablet, desk: Desk) -> None:
    tablet.page.clock.install()
    tablet.ready_to_capture(desk.signed())
    tablet.shoot("card_front")
    tablet.shows(1)
    tablet.context.set_offline(True)
    tablet.shoot("application_form")
    tablet.upload_says(KEPT_HERE)
    tablet.shoot("other")
    expect(tablet.page.locator("[data-uploads] li")).to_have_count(2)
    tablet.says("2枚がこのタブレットにあり、まだサーバーにありません")
    for _minute in range(10):
        tablet.page.clock.fast_forward(60_000)
    assert held() == (1, 1)
    expect(tablet.page.locator("[data-uploads] li")).to_have_count(2)
    tablet.context.set_offline(False)
    tablet.page.clock.fast_forward(20_000)
    tablet.shows(3)
    tablet.says("サーバーに保存済み")
    assert held() == (3, 3)


def test_a_reload_and_a_sleep_in_between_lose_nothing(tablet: Tablet, desk: Desk) -> None:
    visit = desk.signed()
    tablet.ready_to_capture(visit)
    tablet.page.route("**/staff/review/visits/*/uploads/", lambda route: route.abort())
    tablet.shoot("application_form")
    tablet.upload_says(KEPT_HERE)
    tablet.page.reload()
    tablet.upload_says(KEPT_HERE)
    tablet.page.unroute("**/staff/review/visits/*/uploads/")
    tablet.page.evaluate("window.dispatchEvent(new Event('online'))")
    tablet.shows(1)
    assert held() == (1, 1)


@pytest.mark.requirement("kitakyushu-23")
def test_a_button_pressed_without_a_line_keeps_the_page_and_works_once_it_is_back(tablet: Tablet, desk: Desk) -> None:
    visit = desk.signed()
    tablet.ready_to_capture(visit)
    tablet.shoot("application_form")
    tablet.shows(1)
    tablet.context.set_offline(True)
    tablet.button("審査を依頼する").click()
    expect(tablet.page.locator("[data-not-sent]")).to_contain_text("送信できませんでした")
    expect(tablet.page.locator("#pictures .picture")).to_have_count(1)
    tablet.context.set_offline(False)
    tablet.ask_for_review()
    expect(tablet.page.get_by_text("審査の順番を待っています")).to_be_visible()
    assert Case.objects.get().state == CaseState.SUBMITTED


def test_what_was_sent_into_nothing_leads_back_to_its_page(tablet: Tablet, desk: Desk) -> None:
    """A line that breaks at the very moment: the browser has left the page already."""
    visit = desk.signed()
    tablet.ready_to_capture(visit)
    tablet.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    tablet.page.wait_for_function("() => navigator.serviceWorker.controller !== null")
    tablet.context.set_offline(True)
    tablet.page.evaluate("document.querySelector('[data-submit-case]').submit()")
    expect(tablet.page.get_by_role("heading", name="接続が切れています")).to_be_visible()
    assert tablet.page.url.endswith(f"/staff/counters/visits/{visit.pk}/")


# -- what lies on the tablet --------------------------------------------------------------------------
def left_behind(tablet: Tablet, desk: Desk) -> Any:
    """A picture that could not be sent; the row that lies in the browser."""
    tablet.ready_to_capture(desk.signed())
    tablet.context.set_offline(True)
    tablet.shoot("application_form", jpeg(800, 600, quality=95))
    tablet.upload_says(KEPT_HERE)
    (row,) = tablet.page.evaluate(ROWS)
    return row


def test_what_lies_on_the_tablet_says_nothing_without_its_key(tablet: Tablet, desk: Desk) -> None:
    row = left_behind(tablet, desk)
    assert row["names"] == ["id", "iv", "kept", "key", "sealed", "visit"]
    sealed = bytes(row["sealed"])
    assert len(sealed) > 5_000
    for trace in (b"\xff\xd8\xff", b"JFIF", b"application_form"):
        assert trace not in sealed
    assert row["key"] == str(TabletKey.objects.get().pk)


def test_a_colleague_at_the_same_tablet_can_neither_see_nor_send_it(
    tablet: Tablet, desk: Desk, colleague: User
) -> None:
    left_behind(tablet, desk)
    tablet.page.close()
    tablet.context.set_offline(False)
    tablet.signed_in_as(colleague)
    tablet.page = tablet.context.new_page()
    tablet.go("/staff/counters/walk-in/")
    tablet.says("ほかの方が撮った写真1枚がこのタブレットに残っています")
    own_key = tablet.page.evaluate(OPENS, {"visit": visit_with_key()})
    assert own_key == "refused"
    assert held() == (0, 0)
    # Whoever took it signs in again: nothing was lost.
    tablet.signed_in_as(desk.clerk)
    tablet.go("/staff/counters/walk-in/")
    wait_for(lambda: held() == (1, 1), "the picture's arrival")
    tablet.page.wait_for_function(f"async () => (await ({ROWS})()).length === 0")


def visit_with_key() -> int:
    return TabletKey.objects.order_by("made_at").first().visit_id  # type: ignore[union-attr]


# What an attacker with the colleague's sign-in would try: that key on this row.
OPENS = """async ({ visit }) => {
  const token = document.cookie.match(/csrftoken=([^;]+)/)?.[1] ?? "";
  const headers = { Accept: "application/json", "X-CSRFToken": token };
  const answer = await (await fetch(`/staff/review/visits/${visit}/key/`, { method: "POST", headers })).json();
  const bytes = Uint8Array.from(atob(answer.key), (letter) => letter.charCodeAt(0));
  const key = await crypto.subtle.importKey("raw", bytes, "AES-GCM", false, ["decrypt"]);
  const base = await new Promise((resolve) => {
    const request = indexedDB.open("waiting-pictures");
    request.onsuccess = () => resolve(request.result);
  });
  const [row] = await new Promise((resolve) => {
    const request = base.transaction("pictures").objectStore("pictures").getAll();
    request.onsuccess = () => resolve(request.result);
  });
  base.close();
  const additionalData = new TextEncoder().encode(`${row.id} ${row.visit} ${row.key}`);
  try {
    await crypto.subtle.decrypt({ name: "AES-GCM", iv: row.iv, additionalData }, key, row.sealed);
    return "opened";
  } catch {
    return "refused";
  }
}"""


def test_the_key_of_the_one_who_took_it_does_open_it(tablet: Tablet, desk: Desk) -> None:
    """Otherwise the refusal above would show nothing."""
    left_behind(tablet, desk)
    tablet.page.route("**/staff/review/visits/*/uploads/", lambda route: route.abort())
    tablet.context.set_offline(False)
    assert tablet.page.evaluate(OPENS, {"visit": visit_with_key()}) == "opened"


def test_signed_out_the_tablet_gets_no_key(tablet: Tablet, desk: Desk) -> None:
    left_behind(tablet, desk)
    tablet.page.close()
    tablet.context.set_offline(False)
    tablet.context.clear_cookies()
    tablet.page = tablet.context.new_page()
    tablet.go("/staff/sign-in/")
    (row,) = tablet.page.evaluate(ROWS)
    assert b"JFIF" not in bytes(row["sealed"])
    answer = tablet.page.evaluate(
        """async (visit) => {
          const token = document.cookie.match(/csrftoken=([^;]+)/)?.[1] ?? "";
          const headers = { Accept: "application/json", "X-CSRFToken": token };
          return (await fetch(`/staff/review/visits/${visit}/key/`, { method: "POST", headers })).status;
        }""",
        visit_with_key(),
    )
    assert answer == 401


def test_the_end_of_the_visit_makes_it_unreadable_and_the_tablet_forgets_it(tablet: Tablet, desk: Desk) -> None:
    left_behind(tablet, desk)
    visit = TabletKey.objects.get().visit
    visit_leave(visit=visit, by=desk.by)
    assert not TabletKey.objects.exists()
    tablet.page.close()
    tablet.context.set_offline(False)
    tablet.page = tablet.context.new_page()
    tablet.go("/staff/counters/walk-in/")
    tablet.page.wait_for_function(f"async () => (await ({ROWS})()).length === 0")
    assert held() == (0, 0)


# -- the shell ----------------------------------------------------------------------------------------
def test_a_reload_without_a_line_explains_itself_and_comes_back(tablet: Tablet, desk: Desk) -> None:
    visit = desk.signed()
    tablet.ready_to_capture(visit)
    tablet.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    tablet.page.wait_for_function("() => navigator.serviceWorker.controller !== null")
    tablet.context.set_offline(True)
    tablet.page.reload()
    expect(tablet.page.get_by_role("heading", name="接続が切れています")).to_be_visible()
    tablet.context.set_offline(False)
    tablet.page.wait_for_selector("[data-capture][data-ready]")


def test_no_page_about_anybody_is_kept_by_the_shell(tablet: Tablet, desk: Desk) -> None:
    case = desk.case()
    desk.picture(case)
    tablet.ready_to_capture(case.visit)
    tablet.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    tablet.page.wait_for_function("() => navigator.serviceWorker.controller !== null")
    tablet.page.reload()
    kept = tablet.page.evaluate(
        """async () => {
          const found = [];
          for (const name of await caches.keys()) {
            for (const request of await (await caches.open(name)).keys()) found.push(new URL(request.url).pathname);
          }
          return found;
        }"""
    )
    assert "/tablet/offline/" in kept
    assert not [path for path in kept if not path.startswith(("/static/", "/tablet/"))]


def test_the_tablet_can_be_installed(tablet: Tablet, desk: Desk) -> None:
    tablet.go("/staff/counters/")
    manifest = tablet.page.evaluate(
        "fetch(document.querySelector('link[rel=manifest]').href).then((answer) => answer.json())"
    )
    assert (manifest["display"], manifest["start_url"]) == ("standalone", "/staff/counters/")
    sizes = [icon["sizes"] for icon in manifest["icons"]]
    assert {"192x192", "512x512"} <= set(sizes)
    on_home_screen = tablet.page.locator("link[rel=apple-touch-icon]").get_attribute("href")
    assert "tablet-180" in str(on_home_screen)
    for icon in manifest["icons"]:
        assert tablet.page.request.get(tablet.url + icon["src"]).headers["content-type"] == "image/png"
