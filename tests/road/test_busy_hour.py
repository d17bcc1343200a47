"""A busy hour in three windows: two clerks, one reviewer, several cases side by side, and lines that come and go."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest
from playwright.sync_api import Browser, Page, expect

from audit.models import AuditEvent
from counters.models import Outcome, Visit, VisitState
from review.models import Case, CaseImage, CaseMessage, CaseState, Decision, PendingUpload, TabletKey
from tests.counters.desk import Desk, make_desk
from tests.fixtures.site import LiveSite
from tests.reservations.town import make_town
from tests.review.tablet import Tablet, opened_tablet
from tests.road.people import draw
from tests.windows import open_window

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SAY = "「お持ちの書類の期限が切れています。」とご案内ください"
NOTE = "窓を背にしてください"
HEIGHT = 820


@dataclass
class Hour:
    """The three windows, and the counters behind two of them."""

    sakura: Tablet
    tsubaki: Tablet
    kaede: Page
    here: Desk
    there: Desk

    @property
    def url(self) -> str:
        return self.sakura.url


@pytest.fixture
def hour(browser: Browser, live_site: LiveSite) -> Iterator[Hour]:
    here = make_desk(make_town())
    there = replace(here, clerk=here.colleague, town=replace(here.town, office=here.town.elsewhere))
    with (
        opened_tablet(browser, live_site.url, here.clerk) as sakura,
        opened_tablet(browser, live_site.url, there.clerk) as tsubaki,
    ):
        window = open_window(browser, live_site.url, here.reviewer)
        yield Hour(sakura, tsubaki, window.page, here, there)
        window.page.context.close()
        assert not window.complaints


@pytest.mark.requirement("kitakyushu-23", "kitakyushu-24")
def test_three_windows_play_a_busy_hour_over_lines_that_come_and_go(hour: Hour) -> None:
    hour.kaede.goto(f"{hour.url}/staff/review/")
    first = received_and_signed(hour)
    photographed_without_a_line(hour.sakura)
    second = sent_while_the_reviewer_has_no_line(hour)
    asked_and_answered_over_a_broken_line(hour)
    the_line_comes_back_and_the_first_case_goes(hour.sakura)
    refused(hour)
    taken_again(hour, first)
    third = withdrawn_in_the_queue(hour)
    approved_at_the_second_attempt(hour, first)
    finished(hour, first, second)
    what_the_database_holds(first, second, third)
    what_the_screens_say(hour)


# -- what they do, in this order ----------------------------------------------------------------------------
def received_and_signed(hour: Hour) -> Visit:
    """Somebody without a booking, by hand from the first tap to the signature."""
    tablet = hour.sakura
    tablet.go("/staff/counters/walk-in/")
    tablet.page.get_by_label("電子証明書の更新").check()
    tablet.button("受付する").click()
    tablet.button("対応を始める").click()
    tablet.page.get_by_role("link", name="署名へ進む").click()
    tablet.page.wait_for_selector("[data-signature][data-ready]")
    draw(tablet.page)
    save = tablet.button("署名を保存して撮影へ")
    place = save.bounding_box()
    assert place is not None
    assert place["y"] + place["height"] > HEIGHT - 40, "not where the thumb is"
    save.click()
    tablet.page.wait_for_selector("[data-capture][data-ready]")
    return Visit.objects.get(office=hour.here.town.office)


def photographed_without_a_line(tablet: Tablet) -> None:
    tablet.context.set_offline(True)
    tablet.shoot("application_form")
    tablet.shoot("card_front")
    tablet.says("2枚がこのタブレットにあり、まだサーバーにありません")
    assert not CaseImage.objects.exists()


def sent_while_the_reviewer_has_no_line(hour: Hour) -> Visit:
    hour.kaede.context.set_offline(True)
    visit = hour.there.signed()
    sent(hour.tsubaki, visit, "application_form", "card_front")
    expect(hour.tsubaki.page.locator("#expected-wait")).to_be_visible()
    hour.kaede.context.set_offline(False)
    expect(hour.kaede).to_have_title(re.compile("^（1）"))
    return visit


def sent(tablet: Tablet, visit: Visit, *steps: str) -> None:
    tablet.ready_to_capture(visit)
    for step in steps:
        tablet.shoot(step)
    tablet.shows(len(steps))
    tablet.ask_for_review()
    expect(tablet.page.get_by_text("審査の順番を待っています")).to_be_visible()


def asked_and_answered_over_a_broken_line(hour: Hour) -> None:
    claim(hour.kaede)
    hour.kaede.locator("#question").fill("旧姓ですか")
    hour.kaede.get_by_role("button", name="窓口に質問する").click()
    page = hour.tsubaki.page
    expect(page.get_by_text("旧姓ですか")).to_be_visible()
    hour.tsubaki.context.set_offline(True)
    page.locator("#answer").fill("はい、旧姓です")
    hour.tsubaki.button("返事を送る").click()
    expect(page.locator("[data-not-sent]")).to_contain_text("送信できませんでした")
    expect(page.locator("#answer")).to_have_value("はい、旧姓です")
    hour.tsubaki.context.set_offline(False)
    hour.tsubaki.button("返事を送る").click()
    expect(hour.kaede.locator(".talk__line--answer")).to_contain_text("はい、旧姓です")


def the_line_comes_back_and_the_first_case_goes(tablet: Tablet) -> None:
    tablet.context.set_offline(False)
    tablet.shows(2)
    tablet.says("サーバーに保存済み")
    tablet.ask_for_review()
    expect(tablet.page.get_by_text("審査の順番を待っています")).to_be_visible()


def refused(hour: Hour) -> None:
    """The reviewer's line breaks before the answer: what was written stays, and goes out once it is back."""
    page = hour.kaede
    page.get_by_label("撮り直し・不可の理由").select_option("expired_document")
    page.locator("[data-refusing] summary").click()
    page.get_by_label("次の案内").select_option("ward_office")
    page.get_by_label("窓口で伝える言葉").fill(SAY)
    page.context.set_offline(True)
    refuse(page)
    expect(page.locator("[data-not-sent]")).to_be_visible()
    assert not Decision.objects.exists()
    page.context.set_offline(False)
    refuse(page)
    page.locator("dialog.dialog").get_by_role("button", name="不可にする").click()
    expect(page.get_by_text("不可としました")).to_be_visible()
    shown = hour.tsubaki.page.locator("[data-result='rejected']")
    expect(shown).to_contain_text("受け付けられません")
    expect(shown).to_contain_text(SAY)


def refuse(page: Page) -> None:
    page.get_by_role("button", name="不可", exact=True).click()


def taken_again(hour: Hour, visit: Visit) -> None:
    """The answer comes while the tablet has no line, and is there when it is back."""
    claim(hour.kaede)
    hour.sakura.context.set_offline(True)
    hour.kaede.locator("[data-remark]:visible select").select_option("glare")
    hour.kaede.locator("[data-remark]:visible input").fill(NOTE)
    hour.kaede.get_by_role("button", name="撮り直し", exact=True).click()
    expect(hour.kaede.get_by_text("撮り直しを依頼しました")).to_be_visible()
    tablet = hour.sakura
    expect(tablet.page.get_by_text("市が審査しています")).to_be_visible()
    tablet.context.set_offline(False)
    shown = tablet.page.locator("[data-result='reshoot']")
    expect(shown).to_contain_text("撮り直してください")
    expect(shown).to_contain_text(NOTE)
    tablet.page.wait_for_selector("[data-capture][data-ready]")
    tablet.shoot("application_form")
    tablet.shows(1)
    tablet.ask_for_review()
    expect(tablet.page.get_by_text("審査の順番を待っています")).to_be_visible()
    assert Case.objects.get(visit=visit).attempt == 2


def withdrawn_in_the_queue(hour: Hour) -> Visit:
    """Beside the case that waits: the next person, who goes away before anybody has looked."""
    tablet = hour.sakura
    visit = hour.here.signed()
    sent(tablet, visit, "application_form")
    expect(hour.kaede.get_by_role("heading", level=1)).to_have_text("審査待ち 2件")
    tablet.button("ほかの操作").click()
    tablet.button("途中で帰られた").click()
    tablet.page.locator("dialog.dialog").get_by_role("button", name="記録して終える").click()
    expect(tablet.page.get_by_text("途中で帰られたと記録しました").first).to_be_visible()
    expect(hour.kaede.get_by_role("heading", level=1)).to_have_text("審査待ち 1件")
    return visit


def approved_at_the_second_attempt(hour: Hour, visit: Visit) -> None:
    hour.sakura.open_visit(visit)
    claim(hour.kaede)
    expect(hour.sakura.page.get_by_text("市が審査しています")).to_be_visible()
    for box in hour.kaede.locator("[name='checks']").all():
        box.check()
    hour.kaede.get_by_role("button", name="承認").click()
    expect(hour.kaede.get_by_text("承認しました")).to_be_visible()
    expect(hour.sakura.page.locator("[data-result='approved']")).to_contain_text("承認されました")


def claim(page: Page) -> None:
    page.locator("#next").click()
    page.wait_for_url("**/cases/*/")


def finished(hour: Hour, first: Visit, second: Visit) -> None:
    hour.sakura.button("端末処理を始める").click()
    hour.sakura.page.get_by_label("手続き完了").check()
    hour.tsubaki.page.get_by_label("審査で不可").check()
    for tablet in (hour.sakura, hour.tsubaki):
        tablet.button("結果を記録して完了").click()
        expect(tablet.page.get_by_text("この来局は完了しました")).to_be_visible()


# -- what is true at the end --------------------------------------------------------------------------------
def what_the_database_holds(first: Visit, second: Visit, third: Visit) -> None:
    """No case is lost, none is answered twice, and every picture that the tablets called safe is there."""
    assert dict(Case.objects.values_list("visit", "state")) == {
        first.pk: CaseState.APPROVED,
        second.pk: CaseState.REJECTED,
        third.pk: CaseState.WITHDRAWN,
    }
    answers = Decision.objects.order_by("pk").values_list("case__visit", "attempt", "verdict")
    assert list(answers) == [
        (second.pk, 1, "rejected"),
        (first.pk, 1, "reshoot"),
        (first.pk, 2, "approved"),
    ]
    pictures = list(CaseImage.objects.order_by("case", "attempt").values_list("case__visit", "attempt"))
    assert sorted(pictures) == sorted(
        [(first.pk, 1), (first.pk, 1), (first.pk, 2), (second.pk, 1), (second.pk, 1), (third.pk, 1)]
    )
    ends = {visit.pk: (visit.state, visit.outcome) for visit in Visit.objects.all()}
    assert ends == {
        first.pk: (VisitState.FINISHED, Outcome.COMPLETED),
        second.pk: (VisitState.FINISHED, Outcome.REJECTED),
        third.pk: (VisitState.LEFT, ""),
    }
    assert not PendingUpload.objects.exists()
    assert not TabletKey.objects.exists()
    assert CaseMessage.objects.count() == 2
    assert AuditEvent.objects.filter(action="case.submitted").count() == 4
    assert AuditEvent.objects.filter(action="case.decided").count() == 3


def what_the_screens_say(hour: Hour) -> None:
    expect(hour.kaede.get_by_role("heading", level=1)).to_have_text("審査待ち 0件")
    for tablet, chips in ((hour.sakura, {"完了", "途中で帰られた"}), (hour.tsubaki, {"完了"})):
        tablet.go("/staff/counters/")
        expect(tablet.page.locator("#day-list")).to_contain_text("対応中 0件")
        shown = tablet.page.locator("#day-list .day-list .chip").all_inner_texts()
        assert {text.strip() for text in shown} == chips
        expect(tablet.page.locator("[data-live-state]").first).to_have_text("つながっています")
