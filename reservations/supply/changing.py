"""Applying a plan: slots, holds and bookings together. Part of the actions; records the bookings' events."""

from collections.abc import Iterable

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


def plan_apply(plan: SupplyPlan, *, reason: str, stop: Stop | None = None, by: Actor) -> list[Orphaning]:
    """Do what a plan read with locks says; returns the records of the bookings that lost their seat.

    Holds and bookings go before the seats shrink, so the slots' constraints hold at every statement.
    """
    Hold.objects.filter(pk__in=plan.released).delete()
    _refit(plan.refitted)
    orphanings = _orphan(plan.orphaned, reason=reason, stop=stop, by=by)
    _write_slots(plan.changes)
    _make_slots(plan.made)
    _delete_empty(plan.changes)
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
    rows = [Orphaning(reservation=booking, reason=reason, stop=stop) for booking in bookings]
    return Orphaning.objects.bulk_create(rows, batch_size=BATCH)


def _write_slots(changes: list[SlotChange]) -> None:
    slots = []
    for change in changes:
        if not change.changes_anything:
            continue
        slot = change.slot
        slot.public_seats, slot.internal_seats = change.fit.seats[SeatKind.PUBLIC], change.fit.seats[SeatKind.INTERNAL]
        slot.public_taken, slot.internal_taken = change.fit.taken[SeatKind.PUBLIC], change.fit.taken[SeatKind.INTERNAL]
        slot.ends_at = change.ends_at
        slots.append(slot)
    fields = ["ends_at", "public_seats", "internal_seats", "public_taken", "internal_taken"]
    Slot.objects.bulk_update(slots, fields, batch_size=BATCH)


def _make_slots(made: Iterable[WantedSlot]) -> None:
    Slot.objects.bulk_create([slot.row() for slot in made], batch_size=BATCH)


def _delete_empty(changes: list[SlotChange]) -> None:
    """A slot without seats goes, unless a booking of whatever state, or anything else, still names it."""
    empty = [change.slot.pk for change in changes if not change.seats_after]
    unnamed = {f"{relation.name}__isnull": True for relation in Slot._meta.related_objects}
    Slot.objects.filter(pk__in=empty, **unnamed).delete()


def announce_supply(offices: Iterable[Office]) -> None:
    """Open screens of these offices read their bookings again, once the transaction has committed."""
    for office in offices:
        notify(topic=f"office:{office.code}", kind="reservation", id=office.pk)
