"""Applying a plan: slots, holds and bookings together. Part of the actions; records the bookings' events."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Exists, ForeignObjectRel, OuterRef, Q
from django.utils import timezone

from audit.actions import record
from audit.actors import Actor
from live.notify import notify
from notifications.actions import message_withdraw
from postoffices.models import Office, Stop
from reservations.actions.states import state_move
from reservations.models import Hold, Orphaning, Reservation, ReservationState, SeatKind, Slot
from reservations.supply.plan import SlotChange, SupplyPlan
from reservations.supply.wanted import WantedSlot

BATCH = 500
WRITE = """
    UPDATE reservations_slot slot SET ends_at = wanted.ends_at,
      public_seats = wanted.public_seats, internal_seats = wanted.internal_seats,
      public_taken = wanted.public_taken, internal_taken = wanted.internal_taken,
      barred = string_to_array(wanted.barred, ' ')
    FROM unnest(%s::bigint[], %s::timestamptz[], %s::int[], %s::int[], %s::int[], %s::int[], %s::text[])
      AS wanted (id, ends_at, public_seats, internal_seats, public_taken, internal_taken, barred)
    WHERE slot.id = wanted.id
"""


def plan_apply(plan: SupplyPlan, *, reason: str, stop: Stop | None = None, by: Actor) -> list[Orphaning]:
    """Do what a plan read with locks says; returns the records of the bookings that lost their seat.

    Holds and bookings go before the seats shrink, so the slots' constraints hold at every statement.
    """
    Hold.objects.filter(pk__in=plan.released).delete()
    _refit(plan.refitted)
    orphanings = _orphan(plan.orphaned, reason=reason, stop=stop, by=by)
    gone = _delete_empty(plan.changes)
    _write_slots(plan.changes, gone)
    _make_slots(plan.made)
    return orphanings


def _refit(kinds: dict[int, str]) -> None:
    for kind in SeatKind.values:
        moved = [pk for pk, new_kind in kinds.items() if new_kind == kind]
        Reservation.objects.filter(pk__in=moved).update(seat_kind=kind, changed_at=timezone.now())


def _orphan(keys: list[int], *, reason: str, stop: Stop | None, by: Actor) -> list[Orphaning]:
    """The seats' counters are written with the slots, at once for all (see `_write_slots`)."""
    bookings = list(Reservation.objects.filter(pk__in=keys).select_related("slot", "office", "procedure"))
    for booking in bookings:
        state_move(booking, ReservationState.ORPHANED)
        booking.changed_at = timezone.now()
        detail = {"slot": booking.slot_id, "stop": stop.pk if stop else None}
        record(action="reservations.orphaned", subject=booking, by=by, detail=detail)
        message_withdraw(about=booking, purpose="reminder", by=by)
    Reservation.objects.bulk_update(bookings, ["state", "changed_at"], batch_size=BATCH)
    _pass_speaking_on({booking.party for booking in bookings if booking.party and booking.speaks})
    rows = [Orphaning(reservation=booking, reason=reason, stop=stop) for booking in bookings]
    return Orphaning.objects.bulk_create(rows, batch_size=BATCH)


def _pass_speaking_on(parties: set[UUID]) -> None:
    """Whoever of a party keeps the time gets the reminders for all who do; the sweeper plans them."""
    staying = Reservation.objects.filter(party__in=parties, state=ReservationState.CONFIRMED)
    first = dict(staying.order_by("-place").values_list("party", "pk"))
    Reservation.objects.filter(party__in=first, speaks=True).update(speaks=False)
    Reservation.objects.filter(pk__in=first.values()).update(speaks=True)


def _write_slots(changes: list[SlotChange], gone: set[int]) -> None:
    """Seats and taken seats in one statement for all slots."""
    changed = [change for change in changes if change.changes_anything and change.slot.pk not in gone]
    columns: list[Any] = [
        [change.slot.pk for change in changed],
        [change.ends_at for change in changed],
        *[[change.fit.seats[kind] for change in changed] for kind in SeatKind.values],
        *[[change.fit.taken[kind] for change in changed] for kind in SeatKind.values],
        [" ".join(change.barred) for change in changed],  # a code holds no space
    ]
    with connection.cursor() as cursor:
        cursor.execute(WRITE, columns)


def _make_slots(made: Iterable[WantedSlot]) -> None:
    Slot.objects.bulk_create([slot.row() for slot in made], batch_size=BATCH)


def _delete_empty(changes: list[SlotChange]) -> set[int]:
    """Delete slots without seats, except those that a booking of whatever state, or anything else, still names."""
    empty = [change.slot.pk for change in changes if not change.seats_after]
    gone = set(Slot.objects.filter(*_unnamed(), pk__in=empty).values_list("pk", flat=True))
    Slot.objects.filter(pk__in=gone).delete()
    return gone


def _unnamed() -> list[Q]:
    """One condition for each table that points at slots, also for those without a way back (related_name="+")."""
    named_by = [
        relation for relation in Slot._meta.get_fields(include_hidden=True) if isinstance(relation, ForeignObjectRel)
    ]
    return [
        ~Q(Exists(relation.related_model._base_manager.filter(**{relation.field.name: OuterRef("pk")})))
        for relation in named_by
    ]


def announce_supply(offices: Iterable[Office]) -> None:
    """Open screens of these offices read their bookings again, once the transaction has committed."""
    for office in offices:
        notify(topic=f"office:{office.code}", kind="reservation", id=office.pk)
