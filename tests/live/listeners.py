"""Open screens as a test needs them: a signed-in session, its grant, and its stream read event by event."""

import http.client
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.test import RequestFactory

from accounts.models import User
from accounts.roles import Role
from live.grants import grant

WAIT_SECONDS = 10.0


@dataclass(frozen=True)
class Screen:
    """Someone signed in: their session, from which pages get grants."""

    user: User
    session_key: str

    def grant(self, *topics: str) -> str:
        request = RequestFactory().get("/staff/")
        request.session = SessionStore(self.session_key)
        request.user = self.user
        return grant(request, list(topics))

    def cookie(self) -> str:
        return f"{settings.SESSION_COOKIE_NAME}={self.session_key}"


def signed_in(username: str) -> Screen:
    user = User.objects.create(username=username, display_name="見本 職員", role=Role.CLERK)
    session = SessionStore()
    session.create()
    assert session.session_key is not None
    return Screen(user, session.session_key)


class Stream:
    """One answer of the stream server. `status` is 200 for an open stream."""

    def __init__(self, port: int, token: str, cookie: str = "", **headers: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=WAIT_SECONDS)
        sent = {"Cookie": cookie, **{name.replace("_", "-"): value for name, value in headers.items()}}
        self._connection.request("GET", f"/live/stream?grant={quote(token)}", headers=sent)
        self._response = self._connection.getresponse()
        self.status = self._response.status
        self.headers = self._response.headers
        if self.status == 200:
            self._past_first_words()

    def event(self) -> tuple[str, dict[str, Any]] | None:
        """The next event's name and data; None when the server closes. Raises TimeoutError if nothing comes."""
        name, data = "message", ""
        while line := self._response.readline().decode():
            field, _, value = line.rstrip("\n").partition(": ")
            if field == "event":
                name = value
            elif field == "data":
                data = value
            elif not line.strip() and data:
                return name, json.loads(data)
        return None

    def ids(self, count: int) -> list[str]:
        """The ids in the next `count` events, which must all be plain messages."""
        found = []
        for _ in range(count):
            event = self.event()
            assert event is not None
            assert event[0] == "message"
            found.append(event[1]["id"])
        return found

    def close(self) -> None:
        self._response.close()
        self._connection.close()

    def _past_first_words(self) -> None:
        assert self._response.readline() == b"retry: 2000\n"
        assert self._response.readline() == b": connected\n"
        assert self._response.readline() == b"\n"
