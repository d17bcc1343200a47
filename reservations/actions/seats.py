"""Taking and giving back seats: the only code that writes a slot's counters.

One conditional UPDATE takes a seat. PostgreSQL re-reads the row when another transaction changed it in
the meantime, so two people can never get the same last seat (READ COMMITTED, no explicit lock). Several
slots are always touched in id order, so that two transactions cannot wait for each other.

Written in SQL: these run for every citizen's click, and RETURNING saves the second round trip.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from reservations.errors import SlotClosed, SlotFull
from reservations.models import SeatKind

TAKE = {
    kind: f"""
    UPDATE reservations_slot SET {kind}_taken = {kind}_taken + 1
    WHERE id = %(slot)s AND {kind}_taken < {kind}_seats
      AND EXISTS (
        SELECT 1 FROM postoffices_office office
        JOIN postoffices_office_procedures offered ON offered.office_id = office.id
        WHERE office.id = reservations_slot.office_id AND office.takes_bookings
          AND offered.procedure_id = %(procedure)s)
    RETURNING id, office_id, starts_at
    """  # noqa: S608 (the name comes from SeatKind alone)
    for kind in SeatKind.values
}
GIVE_BACK = {
    kind: f"UPDATE reservations_slot SET {kind}_taken = {kind}_taken - %s WHERE id = %s"  # noqa: S608 (as above)
    for kind in SeatKind.values
}
IS_FULL = {
    kind: f"""
    SELECT {kind}_taken >= {kind}_seats FROM reservations_slot slot
    JOIN postoffices_office office ON office.id = slot.office_id AND office.takes_bookings
    JOIN postoffices_office_procedures offered ON offered.office_id = office.id
    WHERE slot.id = %s AND offered.procedure_id = %s
    """  # noqa: S608 (as above)
    for kind in SeatKind.values
}


@dataclass(frozen=True, slots=True)
class Seat:
    """A seat just taken."""

    slot_id: int
    office_id: int
    starts_at: datetime


def seat_take(*, slot_id: int, kind: SeatKind, procedure_id: int) -> Seat | None:
    """One seat of the slot, or None when none is free or the slot cannot be booked for the procedure."""
    with connection.cursor() as cursor:
        cursor.execute(TAKE[kind], {"slot": slot_id, "procedure": procedure_id})
        row = cursor.fetchone()
    return Seat(*row) if row else None


def refuse_seat(*, slot_id: int, kind: SeatKind, procedure_id: int) -> SlotFull | SlotClosed:
    """Why `seat_take` found nothing."""
    with connection.cursor() as cursor:
        cursor.execute(IS_FULL[kind], [slot_id, procedure_id])
        return SlotFull() if cursor.fetchone() else SlotClosed()


def seats_give_back(seats: Iterable[tuple[int, str]]) -> None:
    """Give back seats, each as (slot id, kind). The CHECK constraint stops a counter below zero."""
    with connection.cursor() as cursor:
        for (slot_id, kind), count in sorted(Counter(seats).items()):
            cursor.execute(GIVE_BACK[kind], [count, slot_id])
