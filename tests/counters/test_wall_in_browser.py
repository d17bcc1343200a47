"""A screen on the wall in Chromium, on the running product: who is called is seen and heard at once."""

import re

import pytest
from playwright.sync_api import Browser, expect

from counters.actions import screen_make, visit_call
from counters.models import ScreenKind, Visit
from tests.counters.desk import make_desk
from tests.fixtures.site import LiveSite
from tests.reservations.town import make_town

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SOONER_THAN_A_POLL_MS = 3_000


@pytest.mark.requirement("fukutsu-03")
def test_a_call_is_seen_and_heard_before_the_screen_asks_by_itself(browser: Browser, live_site: LiveSite) -> None:
    desk = make_desk(make_town())
    visit = desk.walk_in()
    Visit.objects.filter(pk=visit.pk).update(ticket_number=7, ticket_day=visit.arrived_at)
    _, token = screen_make(office=desk.town.office, kind=ScreenKind.CALLS, name="待合", by=desk.by)
    page = browser.new_page(viewport={"width": 1920, "height": 1080})
    with page.expect_response(re.compile("/live/stream")):
        page.goto(f"{live_site.url}/display/{token}/")
    allow_sound = page.get_by_role("button", name="呼び出し音を鳴らす")
    allow_sound.click()
    expect(allow_sound).to_be_hidden()
    body = page.locator("body")
    expect(body).to_have_attribute("data-chimed", "1")
    visit_call(visit=visit, to="2", by=desk.by)
    expect(page.locator(".wall__number")).to_contain_text("7", timeout=SOONER_THAN_A_POLL_MS)
    expect(body).to_have_attribute("data-chimed", "2")
    visit_call(visit=visit, to="3", by=desk.by)
    expect(page.locator(".wall__place")).to_contain_text("3", timeout=SOONER_THAN_A_POLL_MS)
    page.close()
