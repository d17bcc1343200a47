"""What may still be done with a booking."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from postoffices.city import current_city
from reservations.models import Reservation, ReservationState


@dataclass(frozen=True, slots=True)
class Standing:
    """`change_until` and `cancel_until` are the city's deadlines for the time booked now."""

    cancelled: bool
    orphaned: bool
    over: bool
    may_change: bool
    may_cancel: bool
    change_until: datetime
    cancel_until: datetime


def standing_of(reservation: Reservation) -> Standing:
    """How the booking stands for its owner at this moment."""
    now = timezone.now()
    starts_at = reservation.slot.starts_at
    place = {"office_id": reservation.office_id, "procedure_id": reservation.procedure_id}
    change, cancel = (current_city().deadline(step, **place) for step in ("change", "cancel"))
    confirmed = reservation.state == ReservationState.CONFIRMED
    orphaned = reservation.state == ReservationState.ORPHANED
    cancelled = reservation.state == ReservationState.CANCELLED
    return Standing(
        cancelled=cancelled,
        orphaned=orphaned,
        over=not cancelled and not orphaned and (not confirmed or starts_at <= now),
        may_change=orphaned or (confirmed and not change.passed(starts_at, now)),
        may_cancel=orphaned or (confirmed and not cancel.passed(starts_at, now)),
        change_until=min(change.moment(starts_at), starts_at),
        cancel_until=min(cancel.moment(starts_at), starts_at),
    )
