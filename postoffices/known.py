"""Procedures, places and holidays as citizens' pages read them: kept in each process for KEPT_SECONDS.

They change when a profile is loaded or the bureau edits them, and are asked for by every page. What is free is never
kept; and whether a place still takes bookings is asked once more, of the database, by whoever takes a seat. The rows
belong to all threads: nobody may change them.
"""

import time as clock
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from django.utils import timezone

from postoffices.calendars import taken_holidays
from postoffices.models import Office, Procedure

KEPT_SECONDS = 2.0

Value = TypeVar("Value")


class Kept(Generic[Value]):
    """What `read` last answered, read again when it is older than KEPT_SECONDS."""

    def __init__(self, read: Callable[[], Value]) -> None:
        self.read = read
        self.held: tuple[float, Value] | None = None

    def __call__(self) -> Value:
        now, held = clock.monotonic(), self.held
        if held is not None and now < held[0] + KEPT_SECONDS:
            return held[1]
        value = self.read()
        self.held = (now, value)
        return value

    def forget(self) -> None:
        self.held = None


@dataclass(frozen=True, slots=True)
class Offices:
    """All places in the wards' order, by their ids and by the ids of the procedures they offer."""

    by_key: dict[int, Office]
    by_procedure: dict[int, list[Office]]


def _read_procedures() -> dict[str, Procedure]:
    return {procedure.code: procedure for procedure in Procedure.objects.all()}


def _read_offices() -> Offices:
    known = Offices({}, defaultdict(list))
    offices = Office.objects.select_related("ward", "calendar").order_by("ward__position", "position")
    for office in offices.prefetch_related("procedures", "calendar__weekly_hours"):
        known.by_key[office.pk] = office
        for procedure in office.procedures.all():
            known.by_procedure[procedure.pk].append(office)
    return known


_procedures = Kept(_read_procedures)
_offices = Kept(_read_offices)
_holidays = Kept(taken_holidays)


def known_procedure(code: str) -> Procedure | None:
    return _procedures().get(code)


def known_procedure_by_key(key: int) -> Procedure | None:
    return next((procedure for procedure in _procedures().values() if procedure.pk == key), None)


def known_procedures() -> list[Procedure]:
    """All, in the city's order."""
    return list(_procedures().values())


def known_office(key: int) -> Office | None:
    """The place with this id, with ward, calendar, weekly hours and procedures read."""
    return _offices().by_key.get(key)


def known_office_by_code(code: str) -> Office | None:
    """Also a place that has closed."""
    return next((office for office in _offices().by_key.values() if office.code == code), None)


def bookable_places(procedure: Procedure) -> list[Office]:
    """Places that take bookings for the procedure now or later, in the wards' order; read as `known_office`."""
    today = timezone.localdate()
    return [
        office
        for office in _offices().by_procedure.get(procedure.pk, [])
        if office.takes_bookings and (office.closes_on is None or office.closes_on >= today)
    ]


def known_holidays() -> dict[date, str]:
    """As `taken_holidays`."""
    return _holidays()


def forget_known() -> None:
    """Make the next page read again (after loading a profile; between tests)."""
    for kept in (_procedures, _offices, _holidays):
        kept.forget()
