"""Taking and giving back seats: the only code that writes a slot's counters.

One conditional UPDATE takes a seat. PostgreSQL re-reads the row when another transaction changed it in
the meantime, so two people can never get the same last seat (READ COMMITTED, no explicit lock). Several
slots are always touched in id order, so that two transactions cannot wait for each other.

Written in SQL: these run for every citizen's click. Seat and hold in one statement halve the time for which the
slot's row is locked (see docs/performance.md).
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from reservations.errors import SlotClosed, SlotFull
from reservations.models import SeatKind

KEEP = {
    kind: f"""
    WITH seat AS (
      UPDATE reservations_slot SET {kind}_taken = {kind}_taken + 1
      WHERE id = %(slot)s AND {kind}_taken < {kind}_seats
        AND EXISTS (
          SELECT 1 FROM postoffices_office office
          JOIN postoffices_office_procedures offered ON offered.office_id = office.id
          WHERE office.id = reservations_slot.office_id AND office.takes_bookings
            AND offered.procedure_id = %(procedure)s)
      RETURNING id, starts_at),
    kept AS (
      INSERT INTO reservations_hold (token_hash, slot_id, seat_kind, procedure_id, made_at, expires_at, extended)
      SELECT %(hash)s, seat.id, '{kind}', %(procedure)s, %(now)s, %(expires)s, 0 FROM seat
      RETURNING id)
    SELECT kept.id, seat.starts_at FROM seat, kept
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
class Kept:
    """A seat just taken, and the row of its hold."""

    hold_id: int
    starts_at: datetime


def seat_keep(
    *, slot_id: int, kind: SeatKind, procedure_id: int, hashed: str, now: datetime, expires_at: datetime
) -> Kept | None:
    """Take one seat of the slot and write its hold, in one statement.

    None when no seat is free or the slot cannot be booked for the procedure (see `refuse_seat`).
    """
    values: dict[str, int | str | datetime] = {
        "slot": slot_id,
        "procedure": procedure_id,
        "hash": hashed,
        "now": now,
        "expires": expires_at,
    }
    with connection.cursor() as cursor:
        cursor.execute(KEEP[kind], values)
        row = cursor.fetchone()
    return Kept(*row) if row else None


def refuse_seat(*, slot_id: int, kind: SeatKind, procedure_id: int) -> SlotFull | SlotClosed:
    """Why `seat_keep` found nothing."""
    with connection.cursor() as cursor:
        cursor.execute(IS_FULL[kind], [slot_id, procedure_id])
        return SlotFull() if cursor.fetchone() else SlotClosed()


def seats_give_back(seats: Iterable[tuple[int, str]]) -> None:
    """Give back seats, each as (slot id, kind). The CHECK constraint stops a counter below zero."""
    with connection.cursor() as cursor:
        for (slot_id, kind), count in sorted(Counter(seats).items()):
            cursor.execute(GIVE_BACK[kind], [count, slot_id])
