"""The one door through which a booking changes its state."""

from collections.abc import Sequence

from django.db import transaction

from audit.actions import record
from audit.actors import Actor
from live.notify import notify
from reservations.errors import StateNotAllowed
from reservations.models import RESERVATION_MOVES, Reservation, ReservationQuerySet, ReservationState


def locked(reservation: Reservation) -> Reservation:
    """The booking as it stands now, locked until the transaction's end."""
    return _locked(Reservation.objects.filter(pk=reservation.pk))[0]


def locked_party(reservation: Reservation) -> list[Reservation]:
    """Everybody who booked together, in the order of their places; locked in that of their ids, as everywhere."""
    # What ties a party is never changed, so it may be read without a lock.
    return sorted(_locked(Reservation.objects.filter(party=reservation.party)), key=lambda booking: booking.place)


def _locked(bookings: ReservationQuerySet) -> list[Reservation]:
    """Lock first, then read with the slot: a row that moved while we waited would fall out of a join with the old one.

    Raises Reservation.DoesNotExist when there is none.
    """
    keys = list(bookings.select_for_update().order_by("pk").values_list("pk", flat=True))
    if not keys:
        raise Reservation.DoesNotExist
    return list(Reservation.objects.filter(pk__in=keys).select_related("slot", "office", "procedure").order_by("pk"))


def speaker_among(staying: Sequence[Reservation]) -> Reservation:
    """Who of these locked bookings of a party speaks for it from now on: who did, else the first."""
    speaker = next((held for held in staying if held.speaks), staying[0])
    if not speaker.speaks:
        Reservation.objects.filter(party=speaker.party, speaks=True).update(speaks=False)
        speaker.speaks = True
        speaker.save(update_fields=["speaks"])
    return speaker


def state_move(reservation: Reservation, to: ReservationState) -> None:
    """Set the state of a locked booking; the caller saves. Raises StateNotAllowed."""
    if to not in RESERVATION_MOVES[ReservationState(reservation.state)]:
        raise StateNotAllowed
    reservation.state = to


def announce(reservation: Reservation, office_code: str) -> None:
    """Tell the office's open screens, once the transaction has committed."""
    notify(topic=f"office:{office_code}", kind="reservation", id=reservation.pk)


@transaction.atomic
def reservation_mark_visited(*, reservation: Reservation, by: Actor) -> Reservation:
    """The person came. Raises StateNotAllowed."""
    return _mark(reservation, ReservationState.VISITED, "reservations.visited", by)


@transaction.atomic
def reservation_mark_no_show(*, reservation: Reservation, by: Actor) -> Reservation:
    """The person did not come. Raises StateNotAllowed."""
    return _mark(reservation, ReservationState.NO_SHOW, "reservations.no_show", by)


@transaction.atomic
def reservation_restore(*, reservation: Reservation, by: Actor) -> Reservation:
    """Undo a no-show, whose seat was never given back. Raises StateNotAllowed.

    An orphaned booking has no seat: it comes back by being moved to one.
    """
    if locked(reservation).state != ReservationState.NO_SHOW:
        raise StateNotAllowed
    # The person may have booked anew since: both stand then, and only the new one counts as theirs.
    Reservation.objects.filter(pk=reservation.pk).update(exclusive=False)
    return _mark(reservation, ReservationState.CONFIRMED, "reservations.restored", by)


def _mark(reservation: Reservation, to: ReservationState, action: str, by: Actor) -> Reservation:
    current = locked(reservation)
    state_move(current, to)
    current.save(update_fields=["state", "changed_at"])
    record(action=action, subject=current, by=by)
    announce(current, current.office.code)
    return current
