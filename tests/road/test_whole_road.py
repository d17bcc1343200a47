"""The whole main road, in four windows at once: phone, tablet, the reviewer's desktop, the city's and manager's.

What appears in a staff window that is not loaded anew was pushed: polls are taken out (tests/road/windows.py).
"""

import io
import re

import pypdf
import pytest
from django.db.models import Count
from django.utils import timezone

from applications.models import Application, ApplicationState, CheckState, ExistenceCheck
from counters.models import Outcome, Visit, VisitState
from postoffices.models import Office
from reservations.models import Reservation, ReservationState
from review.models import Case, CaseState, Decision, DocumentKind, ReasonCode, Verdict
from tests.fixtures.mail import MailServer
from tests.fixtures.site import Worker, wait_for
from tests.road.conftest import OpenWindow
from tests.road.people import Clerk, Reviewer, ask_for_daily_report, book, confirm_existence, the_day_comes
from tests.road.windows import DESKTOP, PHONE, TABLET

pytestmark = pytest.mark.browser


def test_from_the_phone_to_the_daily_report(
    office: Office, window: OpenWindow, worker: Worker, smtp: MailServer
) -> None:
    phone, city = window(PHONE, scripts=False), window(DESKTOP)
    clerk, reviewer = Clerk(window(TABLET)), Reviewer(window(DESKTOP))
    city.sign_in("city-officer")
    city.go("/staff/applications/existence/")
    city.listening()

    booked = book(phone, office)
    wait_for(lambda: bool(smtp.received), "the mail to the citizen")
    assert phone.page.url.split("?")[0] in smtp.received[0].get_content()
    confirm_existence(city, booked)

    the_day_comes(booked)
    clerk.window.sign_in("clerk-1")
    clerk.receive(booked)
    clerk.let_sign()
    clerk.photograph(DocumentKind.CARD_FRONT, DocumentKind.IDENTITY)

    reviewer.window.sign_in("reviewer")
    reviewer.open_queue()
    clerk.submit()
    clerk.window.listening()
    reviewer.see_arrive(office)
    assert reviewer.window.not_loaded_anew()
    reviewer.claim()
    clerk.page.wait_for_selector("text=市が審査しています")
    reviewer.approve()
    assert "承認されました" in clerk.answer("approved")
    assert clerk.window.not_loaded_anew()
    assert clerk.page.title().startswith("【承認】")
    clerk.finish("手続き完了")
    _everything_is_kept(booked)

    manager = window(DESKTOP)
    manager.sign_in("manager")
    paper = ask_for_daily_report(manager)
    _paper_says_what_the_database_holds(paper, office)


def test_unclear_picture_is_taken_again_and_the_second_attempt_is_approved(office: Office, window: OpenWindow) -> None:
    clerk, reviewer = Clerk(window(TABLET)), Reviewer(window(DESKTOP))
    booked = book(window(PHONE, scripts=False), office)
    the_day_comes(booked)
    clerk.window.sign_in("clerk-1")
    reviewer.window.sign_in("reviewer")
    clerk.receive(booked)
    clerk.let_sign()
    clerk.photograph(DocumentKind.CARD_FRONT)
    clerk.submit()
    clerk.window.listening()

    reviewer.open_queue()
    reviewer.claim()
    reviewer.ask_for_reshoot(ReasonCode.BLURRED.label, "カードの右上が読めません。")
    said = clerk.answer("reshoot")
    assert ReasonCode.BLURRED.label in said
    assert "カードの右上が読めません。" in said
    assert clerk.window.not_loaded_anew()

    clerk.photograph(DocumentKind.CARD_FRONT)
    clerk.submit()
    clerk.window.listening()
    reviewer.see_arrive(office)
    reviewer.claim()
    reviewer.approve()
    clerk.answer("approved")
    clerk.finish("手続き完了")
    answers = Decision.objects.order_by("attempt").values_list("attempt", "verdict")
    assert list(answers) == [(1, Verdict.RESHOOT), (2, Verdict.APPROVED)]
    pictures = Case.objects.get().images.order_by().values_list("attempt").annotate(number=Count("pk"))
    assert dict(pictures) == {1: 1, 2: 1}


def _everything_is_kept(booked: Reservation) -> None:
    booked.refresh_from_db()
    visit = Visit.objects.get(reservation=booked)
    assert booked.state == ReservationState.VISITED
    assert ExistenceCheck.objects.get(reservation=booked).state == CheckState.CONFIRMED
    assert (visit.state, visit.outcome) == (VisitState.FINISHED, Outcome.COMPLETED)
    assert visit.application is not None
    # A worker seals and keeps what was signed.
    kept = Application.objects.filter(pk=visit.application.pk, state=ApplicationState.ARCHIVED)
    wait_for(kept.exists, "the sealed application")
    case = Case.objects.get(visit=visit)
    assert case.state == CaseState.APPROVED
    kinds = case.images.filter(removed_at__isnull=True).values_list("kind", flat=True)
    assert set(kinds) == {DocumentKind.CARD_FRONT, DocumentKind.IDENTITY}


def _paper_says_what_the_database_holds(paper: bytes, office: Office) -> None:
    """The row of the office and the total, in the paper's order of columns."""
    text = "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(paper)).pages)
    assert "業務日報" in text
    today = timezone.localdate()
    arrived = Visit.objects.filter(arrived_at__date=today)
    counts = [
        Reservation.objects.filter(booked_at__date=today).count(),
        Reservation.objects.filter(cancelled_at__date=today).count(),
        Reservation.objects.filter(slot__starts_at__date=today).exclude(state=ReservationState.CANCELLED).count(),
        Reservation.objects.filter(slot__starts_at__date=today, state=ReservationState.NO_SHOW).count(),
        arrived.count(),
        arrived.filter(reservation__isnull=True).count(),
        Visit.objects.filter(finished_at__date=today, state=VisitState.FINISHED).count(),
        Visit.objects.filter(finished_at__date=today, state=VisitState.LEFT).count(),
    ]
    assert counts == [1, 0, 1, 0, 1, 0, 1, 0]
    row = r"\s+".join(map(str, counts))
    for name in (office.name, "合計"):
        assert re.search(rf"{name}\s+{row}\b", text), (name, text)
