"""Giving bookings the time back that a stop had taken from them."""

from django.utils import timezone

from audit.actions import record
from audit.actors import Actor
from postoffices.models import Stop
from reservations.actions.states import state_move
from reservations.models import Orphaning, Reservation, ReservationState, SeatKind, Slot
from reservations.supply.telling import restored_told


def restorable(stop: Stop, *, locked: bool = False) -> list[Reservation]:
    """The bookings that the stop orphaned, still without a time, whose time is to come; first booked first."""
    stopped = Orphaning.objects.filter(stop=stop).values("reservation")
    bookings = Reservation.objects.filter(
        pk__in=stopped, state=ReservationState.ORPHANED, slot__starts_at__gt=timezone.now()
    )
    if locked:
        # Whoever is being moved or cancelled at this moment decides alone; waiting could end in a ring of locks.
        bookings = bookings.select_for_update(skip_locked=True, of=("self",))
    return list(bookings.select_related("slot", "office", "procedure").order_by("booked_at", "pk"))


def restore(bookings: list[Reservation], *, by: Actor) -> list[Reservation]:
    """Seat the bookings again as far as seats are free. Part of `stop_lift`, which holds the locks."""
    slots = {slot.pk: slot for slot in _locked_slots(bookings)}
    restored = [booking for booking in bookings if _seated(booking, slots)]
    for booking in restored:
        state_move(booking, ReservationState.CONFIRMED)
        # One change more: reminders are planned anew, and the calendar entry is replaced.
        booking.changes += 1
        booking.save(update_fields=["state", "seat_kind", "changes", "changed_at"])
        record(action="reservations.time_given_back", subject=booking, by=by, detail={"slot": booking.slot_id})
        restored_told(booking, by=by)
    Slot.objects.bulk_update(slots.values(), ["public_taken", "internal_taken"])
    return restored


def _locked_slots(bookings: list[Reservation]) -> list[Slot]:
    keys = {booking.slot_id for booking in bookings}
    return list(Slot.objects.filter(pk__in=keys).select_for_update().order_by("pk"))


def _seated(booking: Reservation, slots: dict[int, Slot]) -> bool:
    """Take a free seat of the own kind, else of the other, on the row in memory."""
    slot = slots[booking.slot_id]
    for kind in sorted(SeatKind.values, key=lambda kind: kind != booking.seat_kind):
        if getattr(slot, f"{kind}_taken") < getattr(slot, f"{kind}_seats"):
            setattr(slot, f"{kind}_taken", getattr(slot, f"{kind}_taken") + 1)
            booking.seat_kind = kind
            return True
    return False
