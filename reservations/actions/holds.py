"""Holds: a seat is kept while the citizen fills in the form.

A hold stands as long as its row stands. Past its time it may still be booked or extended until the
sweeper has taken it away: the row is deleted exactly once, by whoever comes first, and who deletes it
decides over the seat. See docs/decisions/ on bookings.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from audit.actions import record
from audit.actors import Actor
from postoffices.city import current_city
from postoffices.models import Procedure
from reservations.actions.seats import party_keep, refuse_seat, seats_consume, seats_give_back, seats_of_holds
from reservations.deadlines import office_with_deadlines, refuse_beyond_horizon, refuse_when_late
from reservations.errors import HoldExpired, HoldNotExtendable
from reservations.fairness.keys import lock_number
from reservations.models import Hold, SeatKind
from reservations.seating import Party, Seats
from reservations.tokens import new_token, token_hash
from reservations.waiting_list.offers import seats_offer

SWEEP_BATCH = 200

CONSUME = """
    DELETE FROM reservations_hold hold USING reservations_slot slot, postoffices_office office
    WHERE hold.token_hash = %s AND slot.id = hold.slot_id AND office.id = slot.office_id
    RETURNING hold.slot_id, hold.seat_kind, hold.procedure_id, slot.office_id, office.code, slot.starts_at,
      hold.id, hold.people, hold.units
"""
# And wait for everybody else who books with the same contacts, in one order of locks: their bookings are counted next.
CONSUME_ALONE = f"""{CONSUME.rstrip()},
      (SELECT count(pg_advisory_xact_lock(contact)) FROM unnest(%s::bigint[]) contact)
"""  # noqa: S608 (CONSUME stands above)


@dataclass(frozen=True, slots=True)
class Consumed:
    """What a hold kept. Its seats now belong to the caller, who books them or gives them back.

    `seats` are the slots of each person, the first of whom begins with `slot_id`.
    """

    slot_id: int
    seat_kind: str
    procedure_id: int
    office_id: int
    office_code: str
    starts_at: datetime
    party: Party
    seats: Seats


@transaction.atomic
def seat_hold(
    *, slot_id: int, procedure: Procedure, seat_kind: SeatKind = SeatKind.PUBLIC, people: int = 1, by: Actor
) -> tuple[Hold, str]:
    """Keep a seat for the city's `hold_minutes`, for several people as many seats as the procedure takes of each.

    Returns the hold and its token, which is stored nowhere.

    Raises SlotFull, SlotClosed (no such slot, other procedure, beyond the horizon) or DeadlinePassed.
    """
    token = new_token()
    party = Party(people, procedure.units)
    hold = _keep_or_refuse(
        slot_id=slot_id, kind=seat_kind, procedure=procedure, party=party, hashed=token_hash(token), by=by
    )
    detail = {"slot": slot_id, "seat_kind": seat_kind}
    record(
        action="reservations.seat_held",
        subject=hold,
        by=by,
        detail=detail if party.is_single else detail | {"people": party.people, "units": party.units},
    )
    return hold, token


def _keep_or_refuse(
    *, slot_id: int, kind: SeatKind, procedure: Procedure, party: Party, hashed: str, by: Actor
) -> Hold:
    """Keep the seats; when the slot seems full, first take back what expired there, for a party anywhere."""
    now = timezone.now()
    expires_at = now + timedelta(minutes=current_city().rules.hold_minutes)
    keep = partial(
        party_keep,
        slot_id=slot_id,
        kind=kind,
        procedure=procedure,
        party=party,
        hashed=hashed,
        now=now,
        expires_at=expires_at,
    )
    kept = keep()
    if kept is None and _release_expired(slot_id=slot_id if party.is_single else None, by=by):
        kept = keep()
    if kept is None:
        raise refuse_seat(slot_id=slot_id, kind=kind, procedure=procedure)
    office_id = office_with_deadlines(slot_id)
    refuse_when_late("book", kept.starts_at, by=by, now=now, office_id=office_id, procedure_id=procedure.pk)
    refuse_beyond_horizon(kept.starts_at, by=by)
    return Hold(
        pk=kept.hold_id,
        token_hash=hashed,
        slot_id=slot_id,
        seat_kind=kind,
        procedure=procedure,
        people=party.people,
        units=party.units,
        made_at=now,
        expires_at=expires_at,
    )


@transaction.atomic
def hold_extend(*, token: str, by: Actor) -> Hold:
    """Start the hold's minutes anew. Raises HoldExpired, or HoldNotExtendable after `hold_extensions` times."""
    hold = Hold.objects.select_for_update().filter(token_hash=token_hash(token)).first()
    if hold is None:
        raise HoldExpired
    if hold.extended >= current_city().rules.hold_extensions:
        raise HoldNotExtendable
    # A seat offered from the waiting list may be kept for longer than that already.
    expires_at = max(hold.expires_at, _new_expiry())
    Hold.objects.filter(pk=hold.pk).update(expires_at=expires_at, extended=F("extended") + 1)
    hold.refresh_from_db()
    record(action="reservations.hold_extended", subject=hold, by=by, detail={"extended": hold.extended})
    return hold


@transaction.atomic
def hold_release(*, token: str, by: Actor) -> None:
    """Give the seat back. A hold that is gone already is no error."""
    hold = Hold.objects.select_for_update().filter(token_hash=token_hash(token)).first()
    if hold is not None:
        hold_release_row(hold, by=by)


def hold_release_row(hold: Hold, *, by: Actor) -> None:
    """Give back the seats of a hold that the caller has locked; who waits for them is told at once."""
    record(action="reservations.hold_released", subject=hold, by=by, detail={"slot": hold.slot_id})
    seats = seats_of_holds([hold])
    hold.delete()
    seats_give_back(seats)
    seats_offer((slot for slot, _kind in seats), by=by)


@transaction.atomic
def holds_release_expired(*, by: Actor) -> int:
    """Give back the seats of expired holds, at most SWEEP_BATCH of them. Returns how many."""
    return _release_expired(slot_id=None, by=by)


def _release_expired(*, slot_id: int | None, by: Actor) -> int:
    """Holds that another transaction is booking, extending or sweeping right now are left to it."""
    expired = Hold.objects.filter(expires_at__lte=timezone.now()).order_by("id")
    if slot_id is not None:
        expired = expired.filter(slot_id=slot_id)
    holds = list(expired.select_for_update(skip_locked=True)[:SWEEP_BATCH])
    if not holds:
        return 0
    seats = seats_of_holds(holds)
    Hold.objects.filter(pk__in=[hold.pk for hold in holds]).delete()
    seats_give_back(seats)
    record(
        action="reservations.holds_expired",
        subject=holds[0],
        by=by,
        detail={"holds": [hold.pk for hold in holds], "slots": sorted({hold.slot_id for hold in holds})},
    )
    seats_offer((slot for slot, _kind in seats), by=by)
    return len(holds)


def hold_consume(hashed_token: str, contacts: Collection[str] = ()) -> Consumed | None:
    """Delete the hold and hand over its seat; None when it is gone. Part of the booking actions.

    Two transactions with the same token: the second waits here for the first one's end, then finds nothing.
    With `contacts`, so do two that book with the same telephone number or mail address.
    """
    with connection.cursor() as cursor:
        if contacts:
            cursor.execute(CONSUME_ALONE, [hashed_token, sorted(lock_number(contact) for contact in contacts)])
        else:
            cursor.execute(CONSUME, [hashed_token])
        row = cursor.fetchone()
    if row is None:
        return None
    party = Party(*row[7:9])
    seats = seats_consume(row[6], row[0], party)
    return Consumed(row[0], row[1], row[2], row[3], row[4], row[5], party, seats)


def _new_expiry() -> datetime:
    return timezone.now() + timedelta(minutes=current_city().rules.hold_minutes)
