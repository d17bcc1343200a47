"""The stream server and the worker die: screens go on by themselves, and what was begun is done once."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from audit.models import AuditEvent
from counters.models import VisitState
from review.actions import case_claim
from review.models import Case, CaseState, Verdict
from review.tasks import release_expired_leases
from tests.counters.desk import Desk, make_desk
from tests.fixtures.site import LiveSite, Worker, wait_for
from tests.races.dying import killed_at, table
from tests.reservations.town import make_town
from tests.review.tablet import opened_tablet
from tests.windows import open_window

pytestmark = pytest.mark.django_db(transaction=True)

LOST, OPEN = "接続が切れています。自動でつなぎ直します", "つながっています"
POLLS_MS, RECONNECTS_MS = 16_000, 31_000


@pytest.fixture
def desk(live_site: LiveSite) -> Desk:
    return make_desk(make_town())


@pytest.fixture
def screens(browser: Browser, live_site: LiveSite, desk: Desk) -> Iterator[tuple[Page, Page]]:
    """The clerk's tablet and the reviewer's desktop, with clocks that the test moves on."""
    with opened_tablet(browser, live_site.url, desk.clerk) as tablet:
        reviewer = open_window(browser, live_site.url, desk.reviewer)
        for page in (tablet.page, reviewer.page):
            page.clock.install()
        yield tablet.page, reviewer.page
        reviewer.page.context.close()


def says(page: Page, words: str) -> None:
    expect(page.locator("[data-live-state]").first).to_have_text(words)


@pytest.mark.browser
@pytest.mark.requirement("kitakyushu-24")
def test_without_the_stream_server_screens_ask_by_themselves_and_come_back_to_it(
    live_site: LiveSite, desk: Desk, screens: tuple[Page, Page]
) -> None:
    tablet, reviewer = screens
    case = desk.submitted()
    tablet.goto(f"{live_site.url}/staff/counters/visits/{case.visit_id}/")
    reviewer.goto(f"{live_site.url}/staff/review/")
    for page in screens:
        says(page, OPEN)
    live_site.kill("live")
    for page in screens:
        says(page, LOST)
    desk.decide(case, Verdict.APPROVED)
    desk.submitted()
    for page in screens:
        page.clock.fast_forward(POLLS_MS)
    expect(tablet.locator("[data-result='approved']")).to_contain_text("承認されました")
    expect(reviewer.get_by_role("heading", level=1)).to_have_text("審査待ち 1件")
    live_site.start("live")
    for page in screens:
        page.clock.fast_forward(RECONNECTS_MS)
        says(page, OPEN)
    desk.submitted()
    expect(reviewer).to_have_title(re.compile("^（2）"))


def test_a_worker_killed_in_the_middle_of_giving_cases_back_leaves_them_to_the_next(desk: Desk, worker: Worker) -> None:
    case = case_claim(case=desk.submitted(), by=desk.city)
    Case.objects.filter(pk=case.pk).update(lease_until=timezone.now() - timedelta(minutes=1))
    killed_at(table("audit_auditevent"), release_expired_leases.delay, worker.kill)
    assert Case.objects.get().state == CaseState.CLAIMED
    worker.start()
    for _ in range(2):
        release_expired_leases.delay()
    wait_for(lambda: Case.objects.get().state == CaseState.SUBMITTED, "the case's return to the queue")
    wait_for(lambda: worker.log().count("release_expired_leases") >= 2 * 2, "both wake-ups")
    assert AuditEvent.objects.filter(action="case.lease_expired").count() == 1
    assert Case.objects.get().visit.state == VisitState.AWAITING_REVIEW
    worker.kill()  # it may still be sealing the form that was signed: nobody here waits for that
