"""The telephone system's addresses: signed, once each, never forged."""

import json
import time
from typing import Any

import pytest
import time_machine
from django.test import Client
from pytest_django import Settings

from audit.models import AuditEvent
from helpdesk.cti import signature
from helpdesk.models import Call, CtiEvent
from tests.helpdesk.conftest import Desks

ADDRESS = "/api/desks/citizen/calls"
EVENT = {"event": "newCall", "id": "e1", "call": "c1", "at": "2026-11-18T09:59:00+09:00", "from": "000-1234-5678"}


@pytest.fixture(autouse=True)
def secret(settings: Settings) -> None:
    settings.CTI_SECRET = b"a secret that nobody knows, 32 long"


def send(said: object, *, address: str = ADDRESS, off: int = 0, signed: str = "", body: bytes = b"") -> Any:
    content = body or json.dumps(said).encode()
    timestamp = str(int(time.time()) - off)
    headers = {"X-Timestamp": timestamp, "X-Signature": signed or signature(timestamp, content)}
    client = Client(enforce_csrf_checks=True)
    return client.post(address, content, content_type="application/json", headers=headers)


def test_a_signed_event_is_taken_once(desks: Desks) -> None:
    assert [send(EVENT).status_code for _thrice in range(3)] == [200, 200, 200]
    assert (Call.objects.get().caller_number, CtiEvent.objects.count()) == ("00012345678", 1)


@pytest.mark.parametrize(
    "forged",
    [
        {"signed": "sha256=" + "0" * 64},
        {"signed": "0" * 64},
        {"off": 301},
        {"off": -301},
        {"body": b" " * 5000},
    ],
)
def test_what_is_forged_old_or_huge_leaves_no_trace(desks: Desks, forged: dict[str, Any]) -> None:
    before = AuditEvent.objects.count()
    assert send(EVENT, **forged).status_code == 401
    assert (Call.objects.count(), CtiEvent.objects.count(), AuditEvent.objects.count()) == (0, 0, before)


def test_a_signature_belongs_to_its_body_and_its_time(desks: Desks) -> None:
    body = json.dumps(EVENT).encode()
    timestamp = str(int(time.time()))
    headers = {"X-Timestamp": timestamp, "X-Signature": signature(timestamp, body)}
    other = json.dumps({**EVENT, "from": "09000000000"}).encode()
    assert Client().post(ADDRESS, other, content_type="application/json", headers=headers).status_code == 401
    headers["X-Timestamp"] = str(int(timestamp) + 1)
    assert Client().post(ADDRESS, body, content_type="application/json", headers=headers).status_code == 401


@pytest.mark.parametrize(
    "wrong",
    [
        {"event": "other"},
        {"id": ""},
        {"id": "x" * 81},
        {"call": 7},
        {"at": "yesterday"},
        {"at": "2026-11-18T09:59:00"},
        {"at": "2024-11-18T09:59:00+09:00"},
        {"at": "2026-13-45T09:59:00+09:00"},
        {"call": "nul\x00"},
    ],
)
def test_what_cannot_be_understood_is_said_so(desks: Desks, wrong: dict[str, Any]) -> None:
    assert send(EVENT | wrong).status_code == 400
    assert not Call.objects.exists()


@pytest.mark.parametrize("body", [b"[]", b"{", b"\xff", b"null"])
def test_what_is_no_event_is_said_so(desks: Desks, body: bytes) -> None:
    assert send(None, body=body).status_code == 400


def test_without_a_secret_or_a_desk_there_is_nothing(desks: Desks, settings: Settings) -> None:
    assert send(EVENT, address="/api/desks/other/calls").status_code == 404
    settings.CTI_SECRET = b""
    assert send(EVENT).status_code == 404


def now(desk: str = "citizen") -> dict[str, Any]:
    said: dict[str, Any] = Client().get(f"/api/desks/{desk}/now").json()
    return said


@pytest.mark.requirement("fukuoka-17", "fukuoka-18", "kitakyushu-04")
def test_the_desk_says_whether_it_is_open_and_when_next(desks: Desks, ten: time_machine.Traveller) -> None:
    assert (now()["open"], now()["next_opening"]) == (True, None)
    ten.move_to("2026-11-20T17:00:00+09:00")
    closed = now("helpdesk")
    assert (closed["open"], closed["next_opening"]) == (False, "2026-11-23T09:00:00+09:00")
    assert "11月23日(月) 9:00" in closed["announcement"]
    ten.move_to("2026-12-28T17:30:00+09:00")
    assert now()["next_opening"] == "2027-01-04T09:00:00+09:00"
    assert Client().get("/api/desks/other/now").status_code == 404
