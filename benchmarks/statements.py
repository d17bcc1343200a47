"""The statements of the booking actions, taken from the actions themselves, for plain psycopg and pgbench."""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg

EXPECTED = {
    "hold": ["WITH seat AS ( UPDATE reservations_slot", "INSERT INTO audit_auditevent"],
    "book": [
        "DELETE FROM reservations_hold",
        "INSERT INTO reservations_reservation",
        "INSERT INTO audit_auditevent",
        "SELECT pg_notify",
    ],
}
RETURNS = {"WITH seat AS ( UPDATE reservations_slot": "hold", "INSERT INTO reservations_reservation": "reservation"}


@dataclass(frozen=True)
class Statement:
    """`places` says which parameter (index or name) carries what differs from booking to booking:

    slot, hash, hold, reservation, number, person, phone or contacts (numbers of locks). Every other parameter stays
    as it was recorded.
    """

    sql: str
    params: list[Any] | dict[str, Any]
    places: dict[Any, str]
    returns: str | None

    def filled(self, values: Mapping[str, Any]) -> list[Any] | dict[str, Any]:
        filled = self.params.copy()
        for place, name in self.places.items():
            filled[place] = values[name]
        return filled


def _opening(sql: str) -> str:
    return " ".join(sql.replace('"', "").split())


class Recorder:
    """Remembers what Django sends to PostgreSQL."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, Any]] = []

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        self.sent.append((sql, params))
        return execute(sql, params, many, context)


def recorded() -> dict[str, list[Statement]]:
    """Hold and book once, and keep the statements. Raises RuntimeError when the actions have changed their ways."""
    from django.db import connection

    from postoffices.models import Procedure
    from reservations.actions import reservation_book, seat_hold
    from reservations.fairness.keys import lock_number
    from reservations.models import Slot

    # The last slot: no other id among the parameters is as high, so its places are recognised.
    slot, procedure = Slot.objects.order_by("-pk")[0], Procedure.objects.get()
    seat_hold(slot_id=slot.pk, procedure=procedure, by=citizen())  # reads the city, so that it is cached
    hold_recorder, book_recorder = Recorder(), Recorder()
    with connection.execute_wrapper(hold_recorder):
        hold, token = seat_hold(slot_id=slot.pk, procedure=procedure, by=citizen())
    with connection.execute_wrapper(book_recorder):
        reservation = reservation_book(token=token, person=somebody(), by=citizen())
    always = {"hash": hold.token_hash, "slot": slot.pk}
    booked = {
        "reservation": str(reservation.pk),
        "number": reservation.number,
        "person": reservation.person_key,
        "phone": reservation.phone,
        "contacts": [lock_number(reservation.phone)],
    }
    # Apart, because a hold and a booking may have the same id.
    return {
        "hold": _statements("hold", hold_recorder, always | {"hold": str(hold.pk)}),
        "book": _statements("book", book_recorder, always | booked),
    }


def _statements(step: str, recorder: Recorder, known: dict[str, Any]) -> list[Statement]:
    expected = EXPECTED[step]
    openings = [_opening(sql) for sql, _ in recorder.sent]
    if len(openings) != len(expected) or not all(map(str.startswith, openings, expected)):
        raise RuntimeError(f"the {step} action sends other statements than this benchmark knows: {openings}")
    return [_statement(sql, params, known, start) for (sql, params), start in zip(recorder.sent, expected, strict=True)]


def _statement(sql: str, params: Any, known: dict[str, Any], start: str) -> Statement:
    kept: list[Any] | dict[str, Any] = dict(params) if isinstance(params, dict) else list(params)
    pairs = kept.items() if isinstance(kept, dict) else enumerate(kept)
    places = {}
    for place, value in pairs:
        for name, held in known.items():
            if type(value) is type(held) and value == held:
                places[place] = name
    return Statement(sql, kept, places, RETURNS.get(start))


def citizen() -> Any:
    from audit.actors import Actor

    return Actor.citizen()


def somebody() -> Any:
    """Another person each time, without a mail address: then a booking sends no message."""
    from datetime import date

    from reservations.actions import Person

    number = random.randrange(10**11)
    return Person(f"見本 花子{number}", "ミホン ハナコ", date(1980, 2, 29), "見本市架空区1-2-3", f"{number:011d}")


def run(cursor: "psycopg.Cursor[Any]", statements: Sequence[Statement], values: dict[str, Any]) -> None:
    """Send the statements; ids that come back go into `values` for the statements that follow."""
    for statement in statements:
        cursor.execute(statement.sql, statement.filled(values))
        if statement.returns and (row := cursor.fetchone()):
            values[statement.returns] = str(row[0])
