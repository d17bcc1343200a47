"""PostgreSQL is stopped in the middle of requests and started again: a server of this test's own."""

import shutil
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, LiteralString
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from playwright.sync_api import Browser, Route

from config import embedded
from counters.models import Visit
from keeping.backups.postgres import program
from review.actions import case_claim
from review.models import Case
from tests.counters.desk import Desk, make_desk
from tests.fixtures.site import running_site
from tests.races.hands import Hand, approve, session_of
from tests.reservations.test_races import in_own_connection
from tests.reservations.town import make_town
from tests.review.tablet import Tablet, opened_tablet
from tests.review.test_line_browser import large

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DATABASE = "madoguchi"
PATIENCE_SECONDS = 30
ANSWERS: LiteralString = """
    SELECT held.state, visit.state, (SELECT count(*) FROM review_decision WHERE case_id = held.id)
    FROM review_case held JOIN counters_visit visit ON visit.id = held.visit_id WHERE held.id = %s
"""
NOT_THERE = "ただいまサーバーにつながりません"
NOT_RECEIVED = "サーバーで受け取れませんでした。写真はこのタブレットに残っています。"


@dataclass
class Server:
    """An embedded PostgreSQL on a folder of its own."""

    data: Path

    @property
    def host(self) -> str:
        return parse_qs(urlsplit(embedded.server_uri(self.data)).query)["host"][0]

    def take_over(self) -> None:
        """Everything that stands in the test's database."""
        place: dict[str, Any] = connection.settings_dict
        embedded.database_settings(self.data, DATABASE)
        dump = self.data.parent / "dump"
        come = ["--host", place["HOST"], "--username", place["USER"], "--format", "custom", "--file", str(dump)]
        subprocess.run([program("pg_dump"), *come, place["NAME"]], check=True)
        go = ["--host", self.host, "--username", "postgres", "--no-owner", "--dbname", DATABASE]
        subprocess.run([program("pg_restore"), *go, str(dump)], check=True)

    def connect(self) -> psycopg.Connection:
        return psycopg.connect(host=self.host, user="postgres", dbname=DATABASE)

    def ask(self, statement: LiteralString, *values: int) -> tuple[Any, ...]:
        with self.connect() as asking:
            return asking.execute(statement, values).fetchone() or ()

    def wait_until_blocked(self) -> None:
        give_up = time.monotonic() + PATIENCE_SECONDS
        while self.ask("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'") == (0,):
            assert time.monotonic() < give_up, "nothing waited for the lock"
            time.sleep(0.02)

    def stop(self) -> None:
        """As at a restart: whoever is in the middle of something is cut off."""
        embedded._server(self.data).stop()

    def start(self) -> None:
        embedded._server(self.data).start()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    shutil.copytree(settings.VAR_DIR / "keys", tmp_path / "keys")
    own = Server(tmp_path / "postgres")
    own.start()
    yield own
    own.stop()


@pytest.fixture
def desk(transactional_db: None) -> Desk:
    return make_desk(make_town())


class Cut:
    """Stops the database between two pieces of a picture."""

    def __init__(self, tablet: Tablet, server: Server) -> None:
        self.server, self.pieces = server, 0
        tablet.page.route("**/staff/review/uploads/**", self._carry)

    def _carry(self, route: Route) -> None:
        self.pieces += 1
        if self.pieces == 3:
            self.server.stop()
        route.continue_()


@pytest.mark.requirement("kitakyushu-23")
def test_a_restart_in_mid_request_loses_nothing_and_leaves_no_half(
    browser: Browser, desk: Desk, server: Server, tmp_path: Path
) -> None:
    claimed = case_claim(case=desk.submitted(), by=desk.city)
    visit, session = desk.signed(), session_of(desk.reviewer)
    with opened_tablet(browser, "http://localhost", desk.clerk) as tablet:
        server.take_over()
        with running_site(tmp_path, MADOGUCHI_VAR=str(tmp_path), MADOGUCHI_DATABASE=DATABASE) as site:
            tablet.url = site.url
            reviewer = Hand(site, session)
            cut_off(tablet, server, reviewer, visit, claimed)
            server.start()
            went_on(tablet, server, reviewer, claimed)


def cut_off(tablet: Tablet, server: Server, reviewer: Hand, visit: Visit, claimed: Case) -> None:
    """An answer of the city stands in its transaction, and a picture is half sent, when the database stops."""
    tablet.ready_to_capture(visit)
    Cut(tablet, server)
    holder = server.connect()
    holder.execute("SELECT 1 FROM counters_visit WHERE id = %s FOR UPDATE", [claimed.visit_id])
    with ThreadPoolExecutor(1) as thread:
        answer = thread.submit(in_own_connection, lambda: approve(reviewer, claimed))
        server.wait_until_blocked()
        tablet.shoot("application_form", large())
        tablet.upload_says(NOT_RECEIVED)
        status, page = answer.result(PATIENCE_SECONDS)
    holder.close()
    tablet.says("接続が戻ると自動で送ります")
    assert status == 503
    assert NOT_THERE in page
    status, page = reviewer.ask("GET", "/staff/review/")
    assert (status, NOT_THERE in page) == (503, True)


def went_on(tablet: Tablet, server: Server, reviewer: Hand, claimed: Case) -> None:
    """By itself, and nothing was done by half."""
    tablet.shows(1)
    tablet.says("サーバーに保存済み")
    assert server.ask("SELECT count(*) FROM review_pendingupload") == (0,)
    assert server.ask("SELECT count(*), count(DISTINCT picture_id) FROM review_caseimage") == (2, 2)
    assert answers(server, claimed) == ("claimed", "awaiting_review", 0)
    assert approve(reviewer, claimed)[0] == 302
    assert answers(server, claimed) == ("approved", "serving", 1)


def answers(server: Server, case: Case) -> tuple[Any, ...]:
    return server.ask(ANSWERS, case.pk)
