"""What telephone systems send may be anything: it is taken, or refused in words, and never breaks."""

import json
from datetime import datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from helpdesk.callfiles import KNOWN, read_calls
from helpdesk.cti import is_genuine, read_event, signature
from helpdesk.errors import EventRefused, FileUnreadable
from helpdesk.models import DeskCode
from tests.helpdesk.conftest import Desks

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=90),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=5,
)
EVENTS = st.fixed_dictionaries(
    {},
    optional={
        "event": st.sampled_from(["newCall", "answer", "hangup"]) | ANYTHING,
        "id": st.just("e1") | ANYTHING,
        "call": st.just("c1") | ANYTHING,
        "at": st.just("2026-11-18T09:59:00+09:00") | st.text(max_size=30) | ANYTHING,
        "from": st.just("000-1234-5678") | ANYTHING,
        "operator": ANYTHING,
    },
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(said=EVENTS | ANYTHING)
def test_an_event_is_read_or_refused(ten: object, said: object) -> None:
    try:
        event = read_event(json.dumps(said).encode())
    except EventRefused:
        return
    assert event.at.tzinfo is not None
    assert event.event_id and event.call_id
    assert "\x00" not in event.event_id + event.call_id + event.operator
    assert len(event.number) <= 15 and ((event.number.isascii() and event.number.isdigit()) or not event.number)


@settings(max_examples=300, deadline=None)
@given(body=st.binary(max_size=200))
def test_no_bytes_break_the_event_reader(body: bytes) -> None:
    with pytest.raises(EventRefused):
        read_event(body)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(timestamp=st.text(max_size=14), signed=st.text(max_size=80), body=st.binary(max_size=50))
def test_nothing_but_the_signature_itself_is_genuine(
    settings: Settings, ten: object, timestamp: str, signed: str, body: bytes
) -> None:
    settings.CTI_SECRET = b"a secret that nobody knows, 32 long"
    assert not is_genuine(timestamp, signed, body)
    good = str(int(datetime.now().timestamp()))  # noqa: DTZ005 (seconds since 1970)
    assert is_genuine(good, signature(good, body), body)
    assert not is_genuine(good, signature(good, body + b"x"), body)


USUAL = ["", "1", "2026/11/17 9:00:00", "2026/11/17 9:05", "phone-1", "その他", "000-1234-5678"]
CELLS = st.sampled_from(USUAL) | st.text(max_size=20)
ROWS = st.lists(st.lists(CELLS, max_size=len(KNOWN) + 1), max_size=8)


def as_csv(rows: list[list[str]]) -> str:
    return "\n".join([",".join(KNOWN), *(",".join(row) for row in rows)])


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS, encoding=st.sampled_from(["utf-8", "utf-8-sig", "cp932"]))
def test_every_row_of_a_file_is_read_or_named(desks: Desks, rows: list[list[str]], encoding: str) -> None:
    content = as_csv(rows).encode(encoding, "replace")
    try:
        read = read_calls(content, DeskCode.CITIZEN)
    except FileUnreadable:
        return
    numbers = [row["external_id"] for row in read.rows]
    assert len(set(numbers)) == len(numbers)
    for row in read.rows:
        _in_order(row)
    assert all(fault["what"] and fault["line"] > 1 for fault in read.faults)


def _in_order(row: dict[str, Any]) -> None:
    times = [datetime.fromisoformat(row[name]) for name in ("offered_at", "answered_at", "ended_at") if row[name]]
    assert times == sorted(times)
    json.dumps(row)
    assert "\x00" not in str(row)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=300))
def test_no_bytes_break_the_file_reader(desks: Desks, content: bytes) -> None:
    try:
        read = read_calls(",".join(KNOWN).encode() + b"\n" + content, DeskCode.CITIZEN)
    except FileUnreadable:
        return
    assert all("\x00" not in str(row) for row in read.rows)
