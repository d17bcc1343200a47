"""The reviewer's desktop in Chromium: axe, keys that never decide by themselves, notes that stay."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from review.actions import case_withdraw
from review.models import Case, CaseState, Decision
from tests.counters.desk import Desk
from tests.windows import Window, open_window

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def window(browser: Browser, live_server: LiveServer, desk: Desk) -> Iterator[Window]:
    opened = open_window(browser, live_server.url, desk.reviewer)
    yield opened
    opened.page.context.close()
    assert not opened.complaints, "\n".join(opened.complaints)


def two_pictures(desk: Desk) -> Case:
    case = desk.submitted()
    Case.objects.update(state=CaseState.RESHOOT)
    desk.picture(Case.objects.select_related("office").get())
    Case.objects.update(state=CaseState.SUBMITTED)
    return case


def test_a_case_from_queue_to_answer_by_keys_alone(window: Window, desk: Desk) -> None:
    two_pictures(desk)
    page = window.page
    window.go("/staff/review/")
    page.keyboard.press("n")
    page.keyboard.press("Enter")
    page.wait_for_url("**/cases/*/")
    window.look("a case")
    for _ in range(5):
        page.keyboard.press("l")
        page.keyboard.press(" ")
    page.keyboard.press("a")
    assert window.focused("value") == "approved"
    assert not Decision.objects.exists()
    page.keyboard.press("Enter")
    expect(page.get_by_text("承認しました")).to_be_visible()
    assert Case.objects.get().state == CaseState.APPROVED


def test_no_single_key_decides(window: Window, desk: Desk) -> None:
    two_pictures(desk)
    page = window.page
    window.go("/staff/review/")
    page.locator("#next").click()
    page.wait_for_url("**/cases/*/")
    for key in "abcdefghijklmnopqrstuvwxyz0123456789+-":
        page.keyboard.press(key)
        page.keyboard.press("Escape")
        page.evaluate("document.activeElement.blur()")
    assert page.url.endswith(f"/cases/{Case.objects.get().pk}/")
    assert Case.objects.get().state == CaseState.CLAIMED
    page.locator("[name='checks']").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_load_state()
    assert Case.objects.get().state == CaseState.CLAIMED
    assert not Decision.objects.exists()


def test_the_picture_is_enlarged_turned_and_changed(window: Window, desk: Desk) -> None:
    two_pictures(desk)
    page = window.page
    window.go("/staff/review/")
    page.locator("#next").click()
    page.wait_for_url("**/cases/*/")
    shown = page.locator("[data-shown]")
    first = shown.get_attribute("src")
    page.keyboard.press("+")
    expect(page.locator("[data-view-scale]")).to_have_text("150%")
    page.keyboard.press("r")
    assert "rotate(90deg)" in str(shown.get_attribute("style"))
    page.keyboard.press("c")
    expect(page.locator("[data-view='contrast']")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("j")
    expect(page.locator("[data-view-scale]")).to_have_text("100%")
    assert shown.get_attribute("src") != first
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    window.look("the list of keys")


def test_pushes_and_more_time_leave_what_is_being_written(window: Window, desk: Desk) -> None:
    case = two_pictures(desk)
    page = window.page
    window.go("/staff/review/")
    page.locator("#next").click()
    page.wait_for_url("**/cases/*/")
    page.keyboard.press("m")
    page.keyboard.type("あかるい所で")
    desk.submitted()
    window.announce("case")
    expect(page.get_by_role("heading", level=1)).to_have_text("審査待ち 2件")
    before = Case.objects.get(pk=case.pk).lease_until
    page.get_by_role("button", name="時間を延ばす").click()
    expect(page.locator("[data-countdown-say]")).to_have_text("時間を延ばしました。")
    assert Case.objects.get(pk=case.pk).lease_until != before
    expect(page.locator("[name='remarks']")).to_have_value("あかるい所で")
    case_withdraw(case=Case.objects.get(pk=case.pk), by=desk.by)
    window.announce("case")
    expect(page.get_by_text("窓口で取り下げられました")).to_be_visible()
    expect(page.locator("[name='remarks']")).to_have_value("あかるい所で")


def test_errors_are_shown_where_they_are(window: Window, desk: Desk) -> None:
    two_pictures(desk)
    page = window.page
    window.go("/staff/review/")
    page.locator("#next").click()
    page.get_by_role("button", name="撮り直し").click()
    expect(page.locator("[data-error-summary]")).to_be_focused()
    window.look("an error")
    page.get_by_role("button", name="承認").click()
    expect(page.get_by_text("すべて確かめて印を付けてください").first).to_be_visible()
    window.look("another error")
