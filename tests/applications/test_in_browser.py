"""The city's and the bureau's screens in Chromium: axe, and ticks that outlive a push."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Route, expect
from pytest_django.live_server_helper import LiveServer

from accounts.roles import Role
from applications.actions import application_draft, check_defect, checks_confirm
from applications.models import CheckState, DefectReason, ExistenceCheck, ScanFile, ScanUpload
from applications.scans.uploads import PIECE_BYTES
from tests.applications.paper import SCANS, scan_of
from tests.counters.desk import Desk
from tests.people import staff_member
from tests.reservations.town import TARO
from tests.windows import Window, open_window

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
EXISTENCE = "/staff/applications/existence/"


@pytest.fixture
def officer(browser: Browser, live_server: LiveServer, desk: Desk) -> Iterator[Window]:
    window = open_window(browser, live_server.url, staff_member(Role.CITY_OFFICER, "officer"))
    yield window
    window.page.context.close()
    assert not window.complaints, "\n".join(window.complaints)


@pytest.fixture
def bureau(browser: Browser, live_server: LiveServer, desk: Desk) -> Iterator[Window]:
    window = open_window(browser, live_server.url, staff_member(Role.BUREAU, "bureau"))
    yield window
    window.page.context.close()
    assert not window.complaints, "\n".join(window.complaints)


def test_all_pages_of_the_officer(officer: Window, desk: Desk) -> None:
    late, confirmed, defect = desk.booking(hour=15), desk.booking(days=7), desk.booking(days=8, person=TARO)
    checks_confirm(reservations=[confirmed], by=desk.city)
    check_defect(reservation=defect, reason=DefectReason.MOVED_OUT, by=desk.city)
    for state in ("waiting", "confirmed", "defect", "resolved"):
        officer.go(f"{EXISTENCE}?state={state}")
    officer.go(f"{EXISTENCE}lists/")
    for booking in (late, confirmed, defect):
        officer.go(f"{EXISTENCE}{booking.number}/")
    officer.page.goto(f"{officer.url}{EXISTENCE}{late.number}/")
    officer.page.get_by_role("button", name="不備を事務局に伝える").click()
    officer.look("a defect without its reason")
    expect(officer.page.get_by_text("不備の理由を選んでください。").first).to_be_visible()


def test_all_pages_of_the_bureau(bureau: Window, desk: Desk) -> None:
    defect, drafted = desk.booking(days=7), desk.booking(days=7, hour=11, person=TARO)
    check_defect(reservation=defect, reason=DefectReason.NAME_DIFFERS, note="字が違います", by=desk.city)
    application_draft(reservation=drafted, by=desk.by)
    bureau.go("/staff/applications/defects/")
    bureau.go(f"/staff/applications/defects/{defect.number}/")
    bureau.page.get_by_text("予約を取り消して終える").click()
    bureau.page.get_by_label("申請者が取り消しを希望した").check()
    bureau.page.get_by_role("button", name="取り消しの確認へ進む").click()
    bureau.page.wait_for_url("**/give-up/")
    bureau.look("giving up")
    bureau.go("/staff/applications/forms/")
    bureau.go(f"/staff/applications/forms/?day={defect.slot.starts_at.date()}")


def test_ticks_outlive_a_push_and_go_in_one_go(officer: Window, desk: Desk) -> None:
    bookings = [desk.booking(days=7, hour=hour) for hour in (9, 10, 11, 13)]
    page = officer.page
    officer.go(EXISTENCE)
    boxes = page.locator("[name='booking']")
    boxes.nth(0).check()
    boxes.nth(2).click(modifiers=["Shift"])
    expect(page.locator("[data-tick-count]")).to_have_text("選んだ予約 3件")
    desk.booking(days=6, person=TARO)
    officer.announce("check")
    expect(boxes).to_have_count(5)
    expect(page.locator("[data-tick-count]")).to_have_text("選んだ予約 3件")
    assert not boxes.first.is_checked()
    page.get_by_role("button", name="まとめて確認済みにする").click()
    expect(page.get_by_text("3件を確認済みにしました。")).to_be_visible()
    confirmed = ExistenceCheck.objects.filter(state=CheckState.CONFIRMED).values_list("reservation__number", flat=True)
    assert set(confirmed) == {booking.number for booking in bookings[:3]}


def test_all_at_once_by_keyboard(officer: Window, desk: Desk) -> None:
    for hour in (9, 10):
        desk.booking(days=7, hour=hour)
    page = officer.page
    officer.go(EXISTENCE)
    page.get_by_label("このページの予約をすべて選ぶ").focus()
    page.keyboard.press(" ")
    expect(page.locator("[data-tick-count]")).to_have_text("選んだ予約 2件")
    page.get_by_role("button", name="まとめて確認済みにする").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("2件を確認済みにしました。")).to_be_visible()


@pytest.mark.requirement("fukuoka-23")
def test_scans_are_sent_in_pieces_through_a_line_that_drops(bureau: Window, desk: Desk, tmp_path: Path) -> None:
    """A file of several pieces; the line is gone for a moment, and the same file goes on by itself."""
    page = bureau.page
    form = scan_of(desk, application_draft(reservation=desk.booking(days=7), by=desk.by))
    large, small = tmp_path / "午前.pdf", tmp_path / "午後.pdf"
    large.write_bytes(form + b"%" + b"0" * (2 * PIECE_BYTES))
    small.write_bytes(form)
    bureau.go(SCANS)
    dropped: list[str] = []

    def drop_once(route: Route) -> None:
        if route.request.headers.get("upload-offset") == str(PIECE_BYTES) and not dropped:
            dropped.append(route.request.url)
            route.abort()
        else:
            route.continue_()

    page.route("**/staff/scans/uploads/**", drop_once)
    page.get_by_label("スキャンしたPDF").set_input_files([large, small])
    page.get_by_role("button", name="送る").click()
    expect(page.get_by_text("受け取りました。読み取りは自動で進みます。")).to_have_count(2, timeout=20_000)
    assert dropped
    expect(page.locator("#scan-files tbody tr")).to_have_count(2)
    assert not ScanUpload.objects.exists()
    kept = {file.filename: file.sha256 for file in ScanFile.objects.all()}
    assert kept == {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (large, small)}
    # Chosen again, it is not sent again.
    page.get_by_label("スキャンしたPDF").set_input_files(large)
    page.get_by_role("button", name="送る").click()
    expect(page.get_by_text("同じファイルをすでに受け取っています。")).to_be_visible()
