"""Arrival: of somebody who booked, of somebody who did not, and of somebody who stayed away."""

from datetime import timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from audit.actions import record
from audit.actors import Actor
from audit.errors import Refused
from counters.actions.held import locked, tell
from counters.actions.numbers import next_number
from counters.errors import BookingCancelled, BookingNotForToday, BookingNotOver
from counters.models import SeriesKind, Visit, VisitState
from postoffices.city import current_city
from postoffices.models import Office, Procedure
from reservations.actions import reservation_mark_no_show, reservation_mark_visited
from reservations.models import Reservation, ReservationState

MOST_AT_ONCE = 500


@transaction.atomic
def visit_arrive(*, reservation: Reservation, by: Actor) -> Visit:
    """The booked person is here. A second tap gets the first one's visit.

    Raises BookingNotForToday or BookingCancelled.
    """
    reservation = locked(reservation)
    if found := Visit.objects.filter(reservation=reservation).exclude(state=VisitState.MISSED).first():
        return found
    if timezone.localdate(reservation.slot.starts_at) != timezone.localdate():
        raise BookingNotForToday
    if reservation.state in (ReservationState.CANCELLED, ReservationState.ORPHANED):
        raise BookingCancelled
    reservation_mark_visited(reservation=reservation, by=by)
    visit, _ = Visit.objects.update_or_create(
        reservation=reservation,
        defaults={
            "office": reservation.office,
            "procedure": reservation.procedure,
            "state": VisitState.ARRIVED,
            "arrived_at": timezone.now(),
            "received_by_id": by.user_id,
            **_ticket(reservation.office),
        },
    )
    record(action="visit.arrived", subject=visit, by=by)
    tell(visit)
    return visit


def visit_walk_in(*, office: Office, procedure: Procedure, key: UUID | None = None, by: Actor) -> Visit:
    """Somebody came without a booking. `key` is the form's: sending it twice gives the first visit back."""
    try:
        return _walk_in(office, procedure, key, by)
    except IntegrityError:
        if found := Visit.objects.filter(key=key, key__isnull=False, office=office).first():
            return found
        raise


@transaction.atomic
def _walk_in(office: Office, procedure: Procedure, key: UUID | None, by: Actor) -> Visit:
    visit = Visit.objects.create(
        office=office,
        procedure=procedure,
        key=key,
        arrived_at=timezone.now(),
        received_by_id=by.user_id,
        **_ticket(office),
    )
    record(action="visit.walked_in", subject=visit, by=by)
    tell(visit)
    return visit


def _ticket(office: Office) -> dict[str, object]:
    """The next numbered ticket of the day, at an office that gives them (fukutsu-03)."""
    if office.code not in current_city().rules.counter.ticket_offices:
        return {}
    today = timezone.localdate()
    number = next_number(office=office, kind=SeriesKind.TICKET, period=today.isoformat())
    return {"ticket_day": today, "ticket_number": number}


@transaction.atomic
def visit_miss(*, reservation: Reservation, by: Actor) -> Visit:
    """The booked person did not come. Arrival undoes it when the person comes after all.

    A second tap gets the first one's visit. Raises BookingNotOver before the booked time, StateNotAllowed.
    """
    reservation = locked(reservation)
    if found := Visit.objects.filter(reservation=reservation, state=VisitState.MISSED).first():
        return found
    if reservation.slot.starts_at > timezone.now():
        raise BookingNotOver
    reservation_mark_no_show(reservation=reservation, by=by)
    visit = Visit.objects.create(
        office=reservation.office,
        procedure=reservation.procedure,
        reservation=reservation,
        state=VisitState.MISSED,
    )
    record(action="visit.missed", subject=visit, by=by)
    tell(visit)
    return visit


def visits_mark_missed(*, by: Actor) -> int:
    """Bookings whose people have not come so long after their time, by the city's rule. Returns how many.

    Each in its own transaction: a person who arrives at this moment is in nobody's way.
    """
    minutes = current_city().rules.counter.no_show_minutes
    if minutes is None:
        return 0
    before = timezone.now() - timedelta(minutes=minutes)
    late = Reservation.objects.filter(state=ReservationState.CONFIRMED, slot__starts_at__lt=before)
    marked = 0
    for reservation in late.order_by("slot__starts_at")[:MOST_AT_ONCE]:
        try:
            visit_miss(reservation=reservation, by=by)
        except Refused:
            continue  # arrived or cancelled since
        marked += 1
    return marked
