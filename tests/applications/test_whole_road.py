"""One booked visit, followed from the city's check to the sealed archive and to the page that needs no system."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from playwright.sync_api import Browser, expect

from applications.actions import application_sign
from applications.archive.entries import packed
from applications.models import Application, ApplicationState, ArchiveEntry
from applications.signing.seals import check_seal
from applications.tasks import seal_due
from tests.applications.test_forms_paper import text_of
from tests.counters.desk import STROKES, Desk
from tests.reservations.test_races import in_own_connection
from tests.reservations.town import HANAKO

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def aside(work: Callable[[], Any]) -> Any:
    """In a thread of its own: the browser's driver has a loop in this one, and seals need theirs."""
    with ThreadPoolExecutor(1) as worker:
        return worker.submit(in_own_connection, work).result()


@pytest.mark.requirement("fukuoka-19", "fukuoka-22", "fukuoka-23", "fukuoka-24", "fukuoka-25", "fukuoka-40")
def test_from_the_check_to_the_page_on_a_disk(
    desk: Desk, officer: Client, bureau: Client, manager: Client, browser: Browser, tmp_path: Path
) -> None:
    booking = desk.booking(days=7)
    # The city finds the person, the bureau prints the form without a name.
    officer.post("/staff/applications/existence/", {"booking": [booking.number], "action": "confirm"})
    form = bureau.post(f"/staff/applications/bookings/{booking.number}/form/", follow=True)
    assert "☑電子証明書の更新" in text_of(form.content)
    # At the counter it is signed; a worker seals and keeps it.
    application = application_sign(application=Application.objects.get(), strokes=STROKES, by=desk.by)
    assert aside(seal_due) == 1
    application.refresh_from_db()
    assert application.state == ApplicationState.ARCHIVED
    found = manager.post("/staff/archive/", {"name": HANAKO.name}).content.decode()
    assert application.number in found
    kept = manager.get(f"/staff/archive/{application.number}/document.pdf").content
    assert aside(lambda: check_seal(kept)).holds
    # Years later, without this product.
    folder = tmp_path / "archive"
    call_command("export_archive", str(folder), stdout=StringIO())
    entry = ArchiveEntry.objects.get()
    page = browser.new_page()
    page.context.set_offline(True)
    page.goto((folder / "search.html").as_uri())
    page.locator("[name=text]").fill(packed(entry.name))
    page.get_by_role("button", name="検索する").click()
    expect(page.locator("#count")).to_have_text("1件見つかりました")
    target = page.get_by_role("link", name=application.number).get_attribute("href")
    assert target is not None
    assert (folder / target).read_bytes() == kept
    page.close()
