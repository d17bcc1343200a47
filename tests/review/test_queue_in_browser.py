"""The reviewer's desktop in Chromium: axe, keys that never decide by themselves, notes that stay."""

import re
from collections.abc import Iterator
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from accounts.roles import Role
from review.actions import (
    case_claim,
    case_release,
    case_submit,
    case_withdraw,
    presence_sign,
    question_answer,
    question_ask,
)
from review.models import Case, CaseState, Decision, ImageRemark
from tests.counters.desk import Desk
from tests.people import staff_member
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
    expect(page.locator("[data-shown]")).to_be_hidden()
    expect(page.get_by_role("button", name="承認")).to_be_hidden()


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


def test_a_reason_per_picture_is_given_below_it_and_goes_out(window: Window, desk: Desk) -> None:
    case = desk.case()
    first, second = desk.picture(case), desk.picture(case)
    case_submit(case=case, by=desk.by)
    page = window.page
    window.go("/staff/review/")
    page.locator("#next").click()
    page.wait_for_url("**/cases/*/")
    page.keyboard.press("j")
    expect(page.locator("[data-remark]:visible")).to_have_count(1)
    page.keyboard.press("t")
    assert str(window.focused("name")).startswith("image_reason_")
    page.locator("[data-remark]:visible select").select_option("glare")
    page.locator("[data-remark]:visible input").fill("窓を背にしてください")
    expect(page.locator(".viewer__thumb--remarked")).to_have_count(1)
    window.look("a reason per picture")
    page.get_by_role("button", name="撮り直し").click()
    expect(page.get_by_text("撮り直しを依頼しました")).to_be_visible()
    remark = ImageRemark.objects.get()
    assert remark.image_id in (first.pk, second.pk)
    assert remark.note == "窓を背にしてください"


def test_two_pictures_stand_side_by_side(window: Window, desk: Desk) -> None:
    two_pictures(desk)
    page = window.page
    window.go("/staff/review/")
    page.locator("#next").click()
    page.wait_for_url("**/cases/*/")
    page.keyboard.press("b")
    beside = page.locator("[data-beside-image]")
    expect(beside).to_be_visible()
    assert beside.get_attribute("src") != page.locator("[data-shown]").get_attribute("src")
    page.keyboard.press("+")
    expect(beside).to_have_attribute("style", "transform: translate(0px, 0px) scale(1.5);")
    window.look("side by side")
    page.keyboard.press("b")
    expect(beside).to_be_hidden()


def test_what_arrives_is_called_out_in_the_title_and_by_a_tone_that_can_be_switched_off(
    window: Window, desk: Desk
) -> None:
    page = window.page
    window.go("/staff/review/")
    page.locator("h1").click()
    desk.submitted()
    window.announce("case")
    expect(page).to_have_title(re.compile("^（1）"))
    expect(page.locator("body")).to_have_attribute("data-chimed", "1")
    page.locator("[data-sound-switch]").click()
    expect(page.locator("[data-sound-switch]")).to_have_attribute("aria-pressed", "false")
    desk.submitted()
    window.announce("case")
    expect(page).to_have_title(re.compile("^（2）"))
    expect(page.locator("body")).to_have_attribute("data-chimed", "1")
    page.reload()
    expect(page.locator("[data-sound-switch]")).to_have_attribute("aria-pressed", "false")


def test_a_question_and_its_answer_leave_the_case_alone(window: Window, desk: Desk) -> None:
    case = two_pictures(desk)
    page = window.page
    window.go("/staff/review/")
    page.locator("#next").click()
    page.wait_for_url("**/cases/*/")
    page.locator("[name='remarks']").fill("あかるい所で")
    page.locator("#question").fill("旧姓ですか")
    page.get_by_role("button", name="窓口に質問する").click()
    expect(page.locator(".talk__line--question")).to_contain_text("旧姓ですか")
    expect(page.locator("#question")).to_have_value("")
    question_answer(case=Case.objects.get(pk=case.pk), text="はい、旧姓です", key=uuid4(), by=desk.by)
    page.locator("#question").fill("もう一つ")
    window.announce("message")
    expect(page.locator(".talk__line--answer")).to_contain_text("はい、旧姓です")
    expect(page.locator("#question")).to_have_value("もう一つ")
    expect(page.locator("[name='remarks']")).to_have_value("あかるい所で")
    page.get_by_role("button", name="窓口に質問する").click()
    expect(page.locator(".talk__line--question")).to_have_count(2)
    window.look("questions")


def test_the_clerk_answers_without_leaving_the_wait(browser: Browser, live_server: LiveServer, desk: Desk) -> None:
    case = desk.submitted()
    held = case_claim(case=case, by=desk.city)
    tablet = open_window(browser, live_server.url, desk.clerk, (1180, 820))
    page = tablet.page
    tablet.go(f"/staff/counters/visits/{case.visit_id}/")
    expect(page.get_by_role("button", name="返事を送る")).to_be_hidden()
    assert held.lease_token is not None
    question_ask(case=held, token=held.lease_token, text="旧姓ですか", key=uuid4(), by=desk.city)
    tablet.announce("message")
    expect(page.get_by_text("旧姓ですか")).to_be_visible()
    expect(page).to_have_title(re.compile("^【質問】"))
    page.locator("#answer").fill("はい、そうです")
    # The whole side is drawn anew while the clerk writes.
    case_release(case=held, token=held.lease_token, by=desk.city)
    tablet.announce("case")
    expect(page.get_by_text("審査の順番を待っています")).to_be_visible()
    expect(page.locator("#answer")).to_have_value("はい、そうです")
    page.get_by_role("button", name="返事を送る").click()
    expect(page.locator(".talk__line--answer")).to_contain_text("はい、そうです")
    expect(page.locator("#answer")).to_have_value("")
    tablet.look("a question on the tablet")
    page.context.close()
    assert not tablet.complaints, "\n".join(tablet.complaints)


def test_the_supervisors_board(browser: Browser, live_server: LiveServer, desk: Desk) -> None:
    desk.submitted()
    case_claim(case=desk.submitted(), by=desk.city)
    presence_sign(by=desk.city)
    officer = open_window(browser, live_server.url, staff_member(Role.CITY_OFFICER))
    officer.go("/staff/review/board/")
    expect(officer.page.get_by_text("見本 reviewerさんが審査中")).to_be_visible()
    officer.page.context.close()
    assert not officer.complaints, "\n".join(officer.complaints)
