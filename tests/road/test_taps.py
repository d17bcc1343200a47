"""Fingers: every button of the clerk's road tapped twice, pages loaded anew, and the browser's way back."""

import pytest
from playwright.sync_api import Locator

from applications.models import Application
from audit.models import AuditEvent
from counters.models import Outcome, Visit, VisitState
from postoffices.models import Office
from review.models import Case, CaseState, DocumentKind
from tests.road.conftest import OpenWindow
from tests.road.people import Clerk, Reviewer, book, draw, the_day_comes
from tests.road.windows import DESKTOP, PHONE, TABLET

pytestmark = pytest.mark.browser


def tap_twice(clerk: Clerk, button: Locator, then: str) -> None:
    """Two taps before the answer can come, then what the screen must show, also when it is loaded anew."""
    sent: list[str] = []
    clerk.page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    button.dblclick(no_wait_after=True)
    clerk.page.wait_for_selector(then)
    assert len(sent) == 2, "the browser kept the second tap to itself"
    clerk.page.reload()
    clerk.page.wait_for_selector(then)
    assert not clerk.page.locator(".notice--error").count()


def test_two_taps_do_what_one_does(office: Office, window: OpenWindow) -> None:
    clerk, reviewer = Clerk(window(TABLET)), Reviewer(window(DESKTOP))
    booked = book(window(PHONE, scripts=False), office)
    the_day_comes(booked)
    clerk.window.sign_in("clerk-1")
    clerk.window.go(f"/staff/counters/bookings/{booked.number}/")
    tap_twice(clerk, clerk.window.button("受付する"), "text=対応を始める")
    tap_twice(clerk, clerk.window.button("対応を始める"), "text=署名へ進む")
    clerk.window.follow("署名へ進む")
    clerk.page.wait_for_selector("[data-signature][data-ready]")
    draw(clerk.page)
    tap_twice(clerk, clerk.window.button("署名を保存して撮影へ"), "text=書類の撮影")
    clerk.photograph(DocumentKind.CARD_FRONT)
    tap_twice(clerk, clerk.window.button("審査を依頼する"), "text=審査の順番を待っています")
    reviewer.window.sign_in("reviewer")
    reviewer.open_queue()
    reviewer.claim()
    reviewer.approve()
    clerk.answer("approved")
    tap_twice(clerk, clerk.window.button("結果を記録して完了"), "text=この来局は完了しました")
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
