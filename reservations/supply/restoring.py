"""Giving bookings the time back that a stop had taken from them."""

from django.utils import timezone

from audit.actions import record
from audit.actors import Actor
from postoffices.models import Stop
from reservations.actions.states import state_move
from reservations.models import FurtherSeat, Orphaning, Reservation, ReservationState, SeatKind, Slot
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
    places = _places(bookings)
    slots = {slot.pk: slot for slot in _locked_slots(places)}
    restored = [booking for booking in bookings if _seated(booking, [slots[pk] for pk in places[booking.pk]])]
    for booking in restored:
        state_move(booking, ReservationState.CONFIRMED)
        # One change more: reminders are planned anew, and the calendar entry is replaced.
        booking.changes += 1
        booking.save(update_fields=["state", "seat_kind", "changes", "changed_at"])
        record(action="reservations.time_given_back", subject=booking, by=by, detail={"slot": booking.slot_id})
    Slot.objects.bulk_update(slots.values(), ["public_taken", "internal_taken"])
    restored_told(restored, by=by)
    return restored


def _places(bookings: list[Reservation]) -> dict[int, list[int]]:
    """The slots of each booking, by its key."""
    found = {booking.pk: [booking.slot_id] for booking in bookings}
    for pk, slot in FurtherSeat.objects.filter(reservation__in=found).values_list("reservation_id", "slot_id"):
        found[pk].append(slot)
    return found


def _locked_slots(places: dict[int, list[int]]) -> list[Slot]:
    keys = {pk for held in places.values() for pk in held}
    return list(Slot.objects.filter(pk__in=keys).select_for_update().order_by("pk"))


def _seated(booking: Reservation, slots: list[Slot]) -> bool:
    """Take a free seat of the own kind on each slot, else of the other, on the rows in memory.

    Not where the procedure may no longer be done: its rule may have changed while the stop stood.
    """
    if any(booking.procedure.code in slot.barred for slot in slots):
        return False
    for kind in sorted(SeatKind.values, key=lambda kind: kind != booking.seat_kind):
        if all(getattr(slot, f"{kind}_taken") < getattr(slot, f"{kind}_seats") for slot in slots):
            for slot in slots:
                setattr(slot, f"{kind}_taken", getattr(slot, f"{kind}_taken") + 1)
            booking.seat_kind = kind
            return True
    return False
