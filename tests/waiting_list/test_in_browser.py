"""The waiting list and the proof before it in Chromium: with and without scripts, on a phone, looked at by axe."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from accounts.roles import Role
from notifications.models import Message
from reservations.actions import reservation_cancel
from reservations.citizen import gate
from reservations.fairness import proof
from reservations.fairness.actions import shield_set
from reservations.models import CancelReason, Hold, Reservation, Waiter
from tests.citizen.test_accessibility import Reader, reader_of  # noqa: F401 (a fixture)
from tests.people import staff_member
from tests.reservations.town import CITIZEN, SYSTEM, Town, make_slot, make_town
from tests.waiting_list.queue import filled, waiting
from tests.windows import open_window

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

REGISTER = "/wait/renewal/mihon/"
ReaderOf = Callable[..., Reader]


class PlainReader(Reader):
    """Without scripts axe cannot look; the same pages are looked at by the tests with scripts."""

    def look(self, called: str) -> None:
        return


@pytest.fixture
def town(transactional_db: None) -> Town:
    return make_town()


@pytest.fixture
def booking(town: Town) -> Reservation:
    return filled(town, make_slot(town.office))


def without_scripts(reader_of: ReaderOf) -> Reader:  # noqa: F811
    reader = reader_of(390, False)
    return PlainReader(reader.page, reader.url)


def link_of(purpose: str) -> str:
    body = Message.objects.get(purpose=purpose).body
    return next(line for line in body.splitlines() if "/wait/entry/" in line).partition("/wait/")[2]


def wait_to_the_form(reader: Reader, booking: Reservation) -> None:
    """Register, confirm, be offered the seat, and go on to the form."""
    reader.go(REGISTER)
    reader.press(reader.button("空き待ちに登録する"), "the registration's errors")
    reader.page.get_by_label("メールアドレス").fill("matsu@example.jp")
    reader.press(reader.button("空き待ちに登録する"), "the mail is on its way")
    expect(reader.page.get_by_role("heading", level=1)).to_have_text("確認のメールをお送りしました")
    reader.go(f"/wait/{link_of('wait_asked')}")
    reader.press(reader.button("空き待ちを確定する"), "registered")
    reservation_cancel(reservation=booking, reason=CancelReason.OTHER, by=CITIZEN)
    reader.go(f"/wait/{link_of('wait_offered')}")
    reader.press(reader.button("この日時で予約に進む"), "the form")
    expect(reader.page.locator("[name='name']")).to_be_visible()


@pytest.mark.parametrize(("width", "scripts"), [(390, True), (320, True), (390, False)])
def test_waiting_from_the_registration_to_the_form(
    booking: Reservation,
    reader_of: ReaderOf,  # noqa: F811
    width: int,
    scripts: bool,
) -> None:
    reader = reader_of(width) if scripts else without_scripts(reader_of)
    wait_to_the_form(reader, booking)
    assert not reader.complaints, "\n\n".join(reader.complaints)


def test_a_wish_that_is_withdrawn_says_so(booking: Reservation, town: Town, reader_of: ReaderOf) -> None:  # noqa: F811
    reader = reader_of(390)
    waiting(town, email="matsu@example.jp")
    reader.go(f"/wait/{link_of('wait_asked')}")
    reader.press(reader.button("空き待ちを取りやめる"), "withdrawn")
    expect(reader.page.get_by_role("heading", level=1)).to_have_text("取りやめました")
    assert not reader.complaints, "\n\n".join(reader.complaints)


def test_the_browser_solves_the_proof_and_goes_on_by_itself(town: Town, reader_of: ReaderOf) -> None:  # noqa: F811
    make_slot(town.office)
    shield_set(on=True, by=SYSTEM)
    reader = reader_of(390)
    reader.go("/book/renewal/mihon/")
    reader.look("before the proof")
    reader.page.locator("button[name='slot']").first.click()
    expect(reader.page.locator("[name='name']")).to_be_visible()
    assert Hold.objects.count() == 1


@pytest.mark.parametrize("to_wait", [False, True], ids=["a seat", "the waiting list"])
def test_without_scripts_the_proof_is_to_wait_and_press(
    town: Town,
    reader_of: ReaderOf,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
    to_wait: bool,
) -> None:
    for module in (proof, gate):
        monkeypatch.setattr(module, "WAIT_SECONDS", 0)
    shield_set(on=True, by=SYSTEM)
    reader = without_scripts(reader_of)
    if to_wait:
        reader.go(REGISTER)
        reader.page.get_by_label("電話番号").fill("000-1111-2222")
        reader.press(reader.button("空き待ちに登録する"), "the proof before the waiting list")
    else:
        make_slot(town.office)
        reader.go("/book/renewal/mihon/")
        reader.press(reader.page.locator("button[name='slot']").first, "the proof before a seat")
    assert (Hold.objects.count(), Waiter.objects.count()) == (0, 0)
    reader.press(reader.button("次へ進む"), "through the gate")
    assert (Hold.objects.count(), Waiter.objects.count()) == ((0, 1) if to_wait else (1, 0))


def test_the_page_of_the_proof_passes_axe(town: Town, reader_of: ReaderOf) -> None:  # noqa: F811
    shield_set(on=True, by=SYSTEM)
    reader = reader_of(390)
    # As it is with a browser whose scripts are slow: the page stays.
    reader.page.route("**/gate*.js", lambda route: route.abort())
    reader.go(REGISTER)
    reader.page.get_by_label("電話番号").fill("000-1111-2222")
    reader.press(reader.button("空き待ちに登録する"), "the proof")
    expect(reader.button("次へ進む")).to_be_visible()
    assert not reader.complaints, "\n\n".join(reader.complaints)


def test_the_staffs_list_of_waiters(
    town: Town, booking: Reservation, browser: Browser, live_server: LiveServer
) -> None:
    waiting(town, phone="00011112222", network="n" * 32)
    waiting(town)
    reservation_cancel(reservation=booking, reason=CancelReason.OTHER, by=CITIZEN)
    bureau = open_window(browser, live_server.url, staff_member(Role.BUREAU))
    bureau.go("/staff/waiting/")
    bureau.page.get_by_role("button", name="電話で案内した").click()
    expect(bureau.page.get_by_text("電話で案内済み")).to_be_visible()
    bureau.look("somebody was called")
    assert not bureau.complaints, "\n\n".join(bureau.complaints)
