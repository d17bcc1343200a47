"""Somebody's browser as the servers see it, for tests in which these die."""

import http.client
import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.test import Client

from accounts.models import User
from accounts.sessions import PRECISION_SECONDS, USED_AT
from review.checklist import points_for
from review.models import Case
from review.queue import pictures
from tests.fixtures.site import LiveSite
from tests.people import sign_in
from tests.races.dying import row

CSRF = "x" * 32
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
Answer = tuple[int, str]  # status and text


@dataclass
class Hand:
    """A browser in which somebody has signed in."""

    site: LiveSite
    session: str

    def ask(self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None) -> Answer:
        place = urlsplit(self.site.url)
        connection = http.client.HTTPConnection(str(place.hostname), place.port, timeout=30)
        page = {"Cookie": f"sessionid={self.session}; csrftoken={CSRF}", "X-CSRFToken": CSRF, "Accept": "text/html"}
        script = {"Accept": "application/json"} if "/uploads/" in path else {}
        try:
            connection.request(method, path, body, page | script | (headers or {}))
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def post(self, path: str, fields: list[tuple[str, str]]) -> Answer:
        return self.ask("POST", path, urlencode(fields).encode(), FORM)

    def answering(self) -> Callable[[], object]:
        """The point after every commit of the action and before its answer: the time of use is written there."""
        store = SessionStore(self.session)
        store[USED_AT] = int(time.time()) - 2 * PRECISION_SECONDS
        store.save()
        return row(Session.objects.filter(pk=self.session))


def hand_of(site: LiveSite, user: User) -> Hand:
    return Hand(site, session_of(user))


def session_of(user: User) -> str:
    return str(sign_in(Client(), user).session.session_key)


def submit(clerk: Hand, case: Case) -> Answer:
    return clerk.post(f"/staff/review/visits/{case.visit_id}/submit/", [])


def approve(reviewer: Hand, case: Case) -> Answer:
    answer = [("token", str(case.lease_token)), ("version", str(case.version)), ("verdict", "approved")]
    answer += [("checks", point.code) for point in points_for(case, pictures(case))]
    return reviewer.post(f"/staff/review/cases/{case.pk}/decide/", answer)
