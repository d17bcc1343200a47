"""What comes in quick succession: no push is lost while the one before it is still being fetched."""

import uuid

import pytest
from playwright.sync_api import Route

from accounts.models import User
from audit.actors import Actor
from postoffices.models import Office
from review.actions import case_claim, case_decide
from review.models import Case, DocumentKind, Verdict
from tests.road.conftest import OpenWindow
from tests.road.people import Clerk, book, the_day_comes
from tests.road.windows import PHONE, TABLET

pytestmark = pytest.mark.browser

COUNT_PUSHES = "window.pushes = 0; document.body.addEventListener('live:case', () => (window.pushes += 1));"


def test_answer_that_comes_while_the_claim_is_being_fetched_appears(office: Office, window: OpenWindow) -> None:
    clerk = Clerk(window(TABLET))
    booked = book(window(PHONE, scripts=False), office)
    the_day_comes(booked)
    clerk.window.sign_in("clerk-1")
    clerk.receive(booked)
    clerk.let_sign()
    clerk.photograph(DocumentKind.CARD_FRONT)
    clerk.submit()
    clerk.window.listening()
    clerk.page.evaluate(COUNT_PUSHES)
    held: list[Route] = []
    clerk.page.route("**/pane/", lambda route: held.append(route), times=1)
    reviewer = Actor.staff(User.objects.get(username="reviewer"))

    case = case_claim(case=Case.objects.get(), by=reviewer)
    while not held:
        clerk.page.wait_for_timeout(20)
    answer_of_the_claim = held[0].fetch()
    before = clerk.page.evaluate("window.pushes")
    _approve(case, reviewer)
    clerk.page.wait_for_function("before => window.pushes > before", arg=before)
    held[0].fulfill(response=answer_of_the_claim)
    assert "承認されました" in clerk.answer("approved")
    assert clerk.window.not_loaded_anew()


def _approve(case: Case, by: Actor) -> None:
    assert isinstance(case.lease_token, uuid.UUID)
    case_decide(
        case=case,
        token=case.lease_token,
        version=case.version,
        verdict=Verdict.APPROVED,
        reason=None,
        remarks="",
        by=by,
    )
