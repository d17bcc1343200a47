"""Cancelling a booking, or some of the people who booked together."""

from collections.abc import Collection, Sequence

from django.db import transaction
from django.utils import timezone

from audit.actions import record
from audit.actors import Actor
from reservations import mails
from reservations.actions.seats import seats_give_back, seats_of_bookings
from reservations.actions.states import announce, locked, locked_party, speaker_among, state_move
from reservations.deadlines import refuse_when_late
from reservations.models import ACTIVE, CancelReason, Reservation, ReservationState
from reservations.waiting_list.offers import seats_offer


@transaction.atomic
def reservation_cancel(*, reservation: Reservation, reason: CancelReason, by: Actor) -> Reservation:
    """Cancel and give the seat back; whoever comes along keeps theirs. Cancelling again changes nothing.

    Raises StateNotAllowed (the visit is over) or DeadlinePassed.
    """
    together = _locked(reservation)
    current = next(held for held in together if held.pk == reservation.pk)
    if current.state != ReservationState.CANCELLED:
        _cancel([current], together, reason, by)
    return current


@transaction.atomic
def party_cancel(
    *, reservation: Reservation, places: Collection[int] | None = None, reason: CancelReason, by: Actor
) -> list[Reservation]:
    """Cancel those at these `places` of the booking's party, or everybody who is still to come; returns them.

    Those whose visit is over, or who have cancelled already, are left as they are. Raises DeadlinePassed.
    """
    together = _locked(reservation)
    leaving = [held for held in together if held.state in ACTIVE and (places is None or held.place in places)]
    _cancel(leaving, together, reason, by)
    return leaving


def _locked(reservation: Reservation) -> list[Reservation]:
    return [locked(reservation)] if reservation.party is None else locked_party(reservation)


def _cancel(leaving: Sequence[Reservation], together: Sequence[Reservation], reason: CancelReason, by: Actor) -> None:
    """Cancel these bookings of the locked ones; seats are given back at once, in the slots' order."""
    if not leaving:
        return
    seated = [held for held in leaving if held.state == ReservationState.CONFIRMED]
    for held in leaving:
        state_move(held, ReservationState.CANCELLED)
    for held in seated:
        office, procedure = held.office_id, held.procedure_id
        refuse_when_late("cancel", held.slot.starts_at, by=by, office_id=office, procedure_id=procedure)
    seats = seats_of_bookings(seated)
    seats_give_back(seats)
    for held in leaving:
        held.cancel_reason = reason
        held.cancelled_at = timezone.now()
        held.save(update_fields=["state", "cancel_reason", "cancelled_at", "changed_at"])
        record(action="reservations.cancelled", subject=held, by=by, detail={"reason": reason})
        announce(held, held.office.code)
    mails.cancelled_queue(leaving, by=by)
    _tell_the_rest([held for held in together if held.state == ReservationState.CONFIRMED], by)
    seats_offer({slot for slot, _kind in seats}, by=by)


def _tell_the_rest(staying: Sequence[Reservation], by: Actor) -> None:
    """Reminders name who comes: those of the people who stay are written anew, by the one who now speaks for them."""
    if not staying:
        return
    speaker = speaker_among(staying)
    # The calendar's entry and the reminders' keys count changes: both are replaced.
    speaker.changes += 1
    speaker.save(update_fields=["changes", "changed_at"])
    mails.reminders_renew(speaker, by=by)
