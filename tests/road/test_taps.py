"""Fingers: every button of the clerk's road tapped twice, pages loaded anew, and the browser's way back."""

import pytest

from applications.models import Application
from audit.models import AuditEvent
from counters.models import Outcome, Visit, VisitState
from postoffices.models import Office
from review.models import Case, CaseState, DocumentKind
from tests.road.conftest import OpenWindow
from tests.road.people import Clerk, Reviewer, book, draw, the_day_comes
from tests.road.windows import DESKTOP, PHONE, TABLET

pytestmark = pytest.mark.browser


def tap_twice(clerk: Clerk, name: str, then: str) -> None:
    """Press the button; send its form a second time, as a doubled tap or a repeated request does.

    `then` is what the screen must say: after the first, in the answer to the second, and when loaded anew.
    """
    button = clerk.window.button(name)
    address, fields = button.evaluate("button => [button.form.action, Object.fromEntries(new FormData(button.form))]")
    clerk.window.press(name)
    clerk.page.get_by_text(then).first.wait_for()
    second = clerk.window.context.request.post(address, form=fields)
    assert (second.status, then in second.text()) == (200, True)
    clerk.page.reload()
    clerk.page.get_by_text(then).first.wait_for()
    assert not clerk.page.locator(".notice--error").count()
    # Every staff page carries one notice in reserve, for what could not be sent.
    assert second.text().count("notice--error") == 1


def test_two_taps_do_what_one_does(office: Office, window: OpenWindow) -> None:
    clerk, reviewer = Clerk(window(TABLET)), Reviewer(window(DESKTOP))
    booked = book(window(PHONE, scripts=False), office)
    the_day_comes(booked)
    clerk.window.sign_in("clerk-1")
    clerk.window.go(f"/staff/counters/bookings/{booked.number}/")
    tap_twice(clerk, "受付する", "対応を始める")
    tap_twice(clerk, "対応を始める", "署名へ進む")
    clerk.window.follow("署名へ進む")
    clerk.page.wait_for_selector("[data-signature][data-ready]")
    draw(clerk.page)
    tap_twice(clerk, "署名を保存して撮影へ", "書類の撮影")
    clerk.photograph(DocumentKind.CARD_FRONT, DocumentKind.IDENTITY)
    tap_twice(clerk, "審査を依頼する", "審査の順番を待っています")
    reviewer.window.sign_in("reviewer")
    reviewer.open_queue()
    reviewer.claim()
    reviewer.approve()
    clerk.answer("approved")
    tap_twice(clerk, "端末処理を始める", "統合端末で手続きをしています")
    clerk.page.get_by_label("手続き完了").check()
    tap_twice(clerk, "結果を記録して完了", "この来局は完了しました")
    assert Visit.objects.get().outcome == Outcome.COMPLETED
    assert Application.objects.count() == Case.objects.count() == 1
    for action in ("visit.arrived", "visit.serving", "application.signed", "case.submitted", "visit.finished"):
        assert AuditEvent.objects.filter(action=action).count() == 1, action


def test_ways_back_lead_to_the_present_state(office: Office, window: OpenWindow) -> None:
    clerk = Clerk(window(TABLET))
    booked = book(window(PHONE, scripts=False), office)
    the_day_comes(booked)
    clerk.window.sign_in("clerk-1")
    clerk.receive(booked)
    clerk.let_sign()
    clerk.page.go_back()
    clerk.page.wait_for_selector("text=書類の撮影")
    clerk.photograph(DocumentKind.CARD_FRONT)
    clerk.submit()
    # The page of the camera, from the browser's memory: tapping its button once more changes nothing.
    clerk.page.go_back()
    if clerk.window.button("審査を依頼する").count():
        clerk.window.press("審査を依頼する")
    clerk.page.wait_for_selector("text=審査の順番を待っています")
    assert Case.objects.get().state == CaseState.SUBMITTED
    assert Visit.objects.get().state == VisitState.AWAITING_REVIEW
