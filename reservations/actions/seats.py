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

from postoffices.models import Procedure
from reservations.errors import SlotClosed, SlotFull
from reservations.models import FurtherSeat, Hold, Reservation, SeatKind
from reservations.seating import Party, Room, Seats, run_from, seated

KEEP = {
    kind: f"""
    WITH seat AS (
      UPDATE reservations_slot SET {kind}_taken = {kind}_taken + 1
      WHERE id = %(slot)s AND {kind}_taken < {kind}_seats AND %(code)s <> ALL (barred)
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
# The slots that a party may need, locked in id order, without those that the procedure may not use. Nothing that is
# locked here keeps a booking's foreign key waiting (NO KEY).
LOCK_RUN = {
    kind: f"""
    SELECT slot.id, slot.starts_at, slot.ends_at, slot.{kind}_seats - slot.{kind}_taken, slot.{kind}_seats
    FROM reservations_slot first
    JOIN postoffices_office office ON office.id = first.office_id AND office.takes_bookings
    JOIN postoffices_office_procedures offered
      ON offered.office_id = office.id AND offered.procedure_id = %(procedure)s
    JOIN reservations_slot slot ON slot.office_id = first.office_id
      AND slot.starts_at >= first.starts_at
      AND slot.starts_at < first.starts_at + (first.ends_at - first.starts_at) * %(slots)s
      AND %(code)s <> ALL (slot.barred)
    WHERE first.id = %(slot)s
    ORDER BY slot.id FOR NO KEY UPDATE OF slot
    """  # noqa: S608 (the name comes from SeatKind alone)
    for kind in SeatKind.values
}
# Counters, the hold and its further seats in one statement, on slots that are locked already.
KEEP_PARTY = {
    kind: f"""
    WITH wanted AS (SELECT slot, count(*) AS seats FROM unnest(%(all)s::bigint[]) AS slot GROUP BY slot),
    taken AS (
      UPDATE reservations_slot SET {kind}_taken = {kind}_taken + wanted.seats
      FROM wanted WHERE id = wanted.slot),
    kept AS (
      INSERT INTO reservations_hold
        (token_hash, slot_id, seat_kind, procedure_id, people, units, made_at, expires_at, extended)
      VALUES (%(hash)s, %(slot)s, '{kind}', %(procedure)s, %(people)s, %(units)s, %(now)s, %(expires)s, 0)
      RETURNING id),
    further AS (
      INSERT INTO reservations_furtherseat (slot_id, hold_id, place)
      SELECT seat.slot, kept.id, seat.place FROM kept, unnest(%(further)s::bigint[], %(places)s::int[])
        AS seat (slot, place))
    SELECT id FROM kept
    """  # noqa: S608 (as above)
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
    WHERE slot.id = %s AND offered.procedure_id = %s AND %s <> ALL (slot.barred)
    """  # noqa: S608 (as above)
    for kind in SeatKind.values
}


@dataclass(frozen=True, slots=True)
class Kept:
    """A seat just taken, and the row of its hold."""

    hold_id: int
    starts_at: datetime


def seat_keep(
    *, slot_id: int, kind: SeatKind, procedure: Procedure, hashed: str, now: datetime, expires_at: datetime
) -> Kept | None:
    """Take one seat of the slot and write its hold, in one statement.

    None when no seat is free or the slot cannot be booked for the procedure (see `refuse_seat`).
    """
    values: dict[str, int | str | datetime] = {
        "slot": slot_id,
        "procedure": procedure.pk,
        "code": procedure.code,
        "hash": hashed,
        "now": now,
        "expires": expires_at,
    }
    with connection.cursor() as cursor:
        cursor.execute(KEEP[kind], values)
        row = cursor.fetchone()
    return Kept(*row) if row else None


def party_keep(
    *,
    slot_id: int,
    kind: SeatKind,
    procedure: Procedure,
    party: Party,
    hashed: str,
    now: datetime,
    expires_at: datetime,
) -> Kept | None:
    """The same for a party, in two statements; None also when the people do not all fit."""
    if party.is_single:
        return seat_keep(slot_id=slot_id, kind=kind, procedure=procedure, hashed=hashed, now=now, expires_at=expires_at)
    run = _run_locked(slot_id, kind, procedure, party)
    seats = seated(run, party)
    if seats is None:
        return None
    further = [(slot, place) for place, slots in enumerate(seats) for slot in slots][1:]
    values: dict[str, int | str | datetime | list[int]] = {
        "slot": slot_id,
        "procedure": procedure.pk,
        "hash": hashed,
        "people": party.people,
        "units": party.units,
        "now": now,
        "expires": expires_at,
        "all": [slot for slots in seats for slot in slots],
        "further": [slot for slot, _place in further],
        "places": [place for _slot, place in further],
    }
    with connection.cursor() as cursor:
        cursor.execute(KEEP_PARTY[kind], values)
        return Kept(cursor.fetchone()[0], run[0].starts_at)


def _run_locked(slot_id: int, kind: SeatKind, procedure: Procedure, party: Party) -> list[Room]:
    """The slot and those that follow it without a gap, as they stand once they are locked; none without the slot."""
    wanted: dict[str, int | str] = {
        "slot": slot_id,
        "procedure": procedure.pk,
        "code": procedure.code,
        "slots": party.most_slots,
    }
    with connection.cursor() as cursor:
        cursor.execute(LOCK_RUN[kind], wanted)
        rooms = sorted((Room(*row) for row in cursor.fetchall()), key=lambda room: room.starts_at)
    return run_from(rooms) if rooms and rooms[0].slot_id == slot_id else []


def seats_consume(hold_id: int, slot_id: int, party: Party) -> Seats:
    """The slots of each person of a hold whose row has just been deleted; its further seats go with it."""
    if party.is_single:
        return ((slot_id,),)
    with connection.cursor() as cursor:
        cursor.execute(CONSUME_FURTHER, [hold_id])
        rows = sorted(cursor.fetchall())
    slots: list[list[int]] = [[slot_id], *([] for _ in range(party.people - 1))]
    for place, _starts_at, further in rows:
        slots[place].append(further)
    return tuple(tuple(held) for held in slots)


CONSUME_FURTHER = """
    DELETE FROM reservations_furtherseat seat USING reservations_slot slot
    WHERE seat.hold_id = %s AND slot.id = seat.slot_id
    RETURNING seat.place, slot.starts_at, seat.slot_id
"""


def seats_of_holds(holds: Iterable[Hold]) -> list[tuple[int, str]]:
    """All seats that these holds keep, each as (slot id, kind)."""
    held = list(holds)
    kinds = {hold.pk: hold.seat_kind for hold in held if hold.has_further_seats}
    further = FurtherSeat.objects.filter(hold__in=kinds).values_list("slot_id", "hold_id") if kinds else ()
    return [(hold.slot_id, hold.seat_kind) for hold in held] + [(slot, kinds[hold]) for slot, hold in further]


def seats_of_bookings(bookings: Iterable[Reservation]) -> list[tuple[int, str]]:
    """All seats that these bookings have, or had before they lost them."""
    held = list(bookings)
    kinds = {booking.pk: booking.seat_kind for booking in held if booking.units > 1}
    further = FurtherSeat.objects.filter(reservation__in=kinds).values_list("slot_id", "reservation_id")
    return [(booking.slot_id, booking.seat_kind) for booking in held] + [
        (slot, kinds[booking]) for slot, booking in (further if kinds else ())
    ]


def refuse_seat(*, slot_id: int, kind: SeatKind, procedure: Procedure) -> SlotFull | SlotClosed:
    """Why `seat_keep` found nothing."""
    with connection.cursor() as cursor:
        cursor.execute(IS_FULL[kind], [slot_id, procedure.pk, procedure.code])
        return SlotFull() if cursor.fetchone() else SlotClosed()


def seats_give_back(seats: Iterable[tuple[int, str]]) -> None:
    """Give back seats, each as (slot id, kind). The CHECK constraint stops a counter below zero."""
    with connection.cursor() as cursor:
        for (slot_id, kind), count in sorted(Counter(seats).items()):
            cursor.execute(GIVE_BACK[kind], [count, slot_id])
