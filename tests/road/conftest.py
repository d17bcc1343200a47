"""A real city with its people, the running product on it, and windows to look at it."""

import urllib.request
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import Browser

from accounts.models import User
from audit.actors import Actor
from postoffices.access import own_office
from postoffices.models import Office
from reservations.actions import slots_materialise
from tests.fixtures.site import LiveSite, wait_for
from tests.road.windows import Window, open_window

OpenWindow = Callable[..., Window]


@pytest.fixture
def office(live_site: LiveSite) -> Office:
    """The first clerk's office in Kitakyushu, with bookable times from tomorrow on."""
    call_command("load_city", "kitakyushu", stdout=StringIO())
    call_command("demo_people", stdout=StringIO())
    office = own_office(User.objects.get(username="clerk-1"))
    first = timezone.localdate() + timedelta(days=1)
    slots_materialise(office=office, first_day=first, last_day=first + timedelta(days=20), by=Actor.system("test"))
    # The servers read the city anew every few seconds.
    wait_for(lambda: "北九州市" in _first_page(live_site.url), "the city's appearance on the pages")
    return office


def _first_page(url: str) -> str:
    with urllib.request.urlopen(url) as response:
        return str(response.read().decode())


@pytest.fixture
def window(browser: Browser, live_site: LiveSite) -> Iterator[OpenWindow]:
    """Open a person's window: `window(PHONE, scripts=False)`. At the end no browser may have complained."""
    opened: list[Window] = []

    def remember(*args: object, **options: bool) -> Window:
        opened.append(partial(open_window, browser, live_site.url)(*args, **options))  # type: ignore[arg-type]
        return opened[-1]

    yield remember
    complaints = [complaint for each in opened for complaint in each.complaints]
    for each in opened:
        each.context.close()
    assert not complaints, complaints
