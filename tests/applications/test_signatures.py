"""Signatures as tablets, and attackers, send them; and signing on paper."""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date

import pytest

from applications.actions import application_draft, application_sign, application_sign_on_paper
from applications.errors import PaperNotAccepted, SignatureEmpty, SignatureUnreadable
from applications.models import ApplicationState
from applications.signatures import (
    MOST_BYTES,
    MOST_POINTS,
    strokes_from_json,
    strokes_from_storage,
    strokes_to_json,
    strokes_to_svg,
)
from postoffices.city import CityInfo, current_city
from postoffices.rules import Signature
from tests.counters.desk import STROKES, Desk
from vault.actions import object_read
from vault.models import VaultObject


def sent(*points: object) -> str:
    return json.dumps([{"points": list(points), "penColor": "black"}])


def point(x: object = 1, y: object = 1, **more: object) -> dict[str, object]:
    return {"x": x, "y": y, "time": 1_700_000_000_000, "pressure": 0.5} | more


LINE = [point(x=10 * step) for step in range(6)]


def test_a_signature_survives_storing() -> None:
    strokes = strokes_from_json(sent(*LINE))
    assert strokes_from_storage(strokes_to_json(strokes)) == strokes
    svg = strokes_to_svg(strokes)
    assert svg.count("<path") == 1
    assert "script" not in svg


@pytest.mark.parametrize("text", ["", "[]", sent(), sent(point()), sent(*[point(x=step) for step in range(30)])])
def test_nothing_or_a_tap_is_no_signature(text: str) -> None:
    with pytest.raises(SignatureEmpty):
        strokes_from_json(text)


@pytest.mark.parametrize(
    "text",
    [
        "no json",
        "{}x",
        "3",
        "null",
        '{"points": []}',
        "[1]",
        '[{"line": []}]',
        sent(point(x="left"), *LINE),
        sent(point(x=float("nan")), *LINE),
        sent(point(y=float("inf")), *LINE),
        sent(point(x=1e300), *LINE),
        sent(point(x=-20_001), *LINE),
        sent(point(pressure=7), *LINE),
        sent(point(pressure=float("nan")), *LINE),
        sent(point(time=float("nan")), *LINE),
        sent(point(time="1" * 5000), *LINE),
        sent({"y": 1}, *LINE),
        "[" * 100_000,
    ],
)
def test_what_is_no_signature_is_refused(text: str) -> None:
    with pytest.raises(SignatureUnreadable):
        strokes_from_json(text)


def test_too_many_bytes_or_points_are_refused() -> None:
    with pytest.raises(SignatureUnreadable):
        strokes_from_json(" " * (MOST_BYTES + 1))
    many = json.dumps([{"points": [{"x": 1, "y": 1}] * (MOST_POINTS + 1)}], separators=(",", ":"))
    assert len(many) <= MOST_BYTES
    with pytest.raises(SignatureUnreadable):
        strokes_from_json(many)


@pytest.mark.requirement("fukuoka-22")
def test_the_strokes_lie_in_the_vault_until_their_day(desk: Desk) -> None:
    application = application_sign(
        application=application_draft(reservation=desk.booking(), by=desk.by), strokes=STROKES, by=desk.by
    )
    assert application.state == ApplicationState.SIGNED
    assert application.signed_before == desk.clerk
    assert application.signature is not None
    data = object_read(held=application.signature, by=desk.by, purpose="test")
    assert strokes_from_storage(data) == STROKES


def test_without_its_audit_event_nothing_is_signed(
    desk: Desk, audit_cannot_be_written: Callable[[], AbstractContextManager[None]]
) -> None:
    application = application_draft(reservation=desk.booking(), by=desk.by)
    with audit_cannot_be_written():
        application_sign(application=application, strokes=STROKES, by=desk.by)
    application.refresh_from_db()
    assert (application.state, application.signature) == (ApplicationState.DRAFTED, None)
    assert not VaultObject.objects.exists()


@pytest.fixture
def paper_in_november(monkeypatch: pytest.MonkeyPatch) -> Callable[[date, date], None]:
    def allow(first: date, last: date) -> None:
        city = current_city()
        rules = city.rules.model_copy(update={"signature": Signature(paper_from=first, paper_until=last)})
        changed = CityInfo(city.name, city.slug, rules, city.citizen_desk, city.helpdesk)
        monkeypatch.setattr("applications.actions.forms.current_city", lambda: changed)

    return allow


@pytest.mark.parametrize(
    ("first", "last", "accepted"),
    [
        (date(2026, 11, 18), date(2026, 11, 18), True),
        (date(2026, 11, 1), date(2026, 11, 17), False),
        (date(2026, 11, 19), date(2026, 11, 30), False),
    ],
)
@pytest.mark.requirement("fukuoka-22")
def test_paper_counts_within_the_profiles_dates_only(
    desk: Desk, paper_in_november: Callable[[date, date], None], first: date, last: date, accepted: bool
) -> None:
    paper_in_november(first, last)
    application = application_draft(reservation=desk.booking(), by=desk.by)
    if accepted:
        signed = application_sign_on_paper(application=application, by=desk.by)
        assert (signed.state, signed.signature) == (ApplicationState.PAPER_SIGNED, None)
        return
    with pytest.raises(PaperNotAccepted):
        application_sign_on_paper(application=application, by=desk.by)


def test_without_dates_in_the_profile_paper_never_counts(desk: Desk) -> None:
    with pytest.raises(PaperNotAccepted):
        application_sign_on_paper(application=application_draft(reservation=desk.booking(), by=desk.by), by=desk.by)
