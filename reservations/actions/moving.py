"""Moving a booking to another time, and everybody who comes along."""

from collections.abc import Sequence

from django.db import transaction

from audit.actions import record
from audit.actors import Actor
from reservations import mails
from reservations.actions.holds import Consumed, hold_consume
from reservations.actions.seats import seats_give_back, seats_of_bookings
from reservations.actions.states import announce, locked, locked_party, state_move
from reservations.deadlines import refuse_when_late
from reservations.errors import HoldExpired, PeopleDiffer, ProcedureDiffers, StateNotAllowed
from reservations.models import ACTIVE, FurtherSeat, Reservation, ReservationState
from reservations.tokens import token_hash
from reservations.waiting_list.offers import seats_offer


@transaction.atomic
def reservation_move(*, reservation: Reservation, token: str, by: Actor) -> Reservation:
    """Move the booking to the time held under `token`; the old time is given back in the same breath.

    A party moves together: everybody in it whose visit is to come. The citizen's link and numbers stay. A repeated
    token changes nothing. Raises HoldExpired, DeadlinePassed (of the old time), StateNotAllowed, ProcedureDiffers or
    PeopleDiffer; then the old time and the hold both still stand.
    """
    hashed = token_hash(token)
    hold = hold_consume(hashed)
    current, movers = _movers(reservation)
    if hold is None:
        if current.moved_token_hash == hashed:
            return current
        raise HoldExpired
    _refuse_move(current, movers, hold, by)
    seated = [mover for mover in movers if mover.state == ReservationState.CONFIRMED]
    left = seats_of_bookings(seated)
    offices = {mover.office.code for mover in movers} | {hold.office_code}
    moved = _moved(movers, hold, hashed, by)
    seats_give_back(left)
    for office_code in sorted(offices):
        for mover in moved:
            announce(mover, office_code)
    mails.changed_queue(next((mover for mover in moved if mover.speaks), moved[0]), by=by)
    seats_offer({slot for slot, _kind in left}, by=by)
    return next(mover for mover in moved if mover.pk == current.pk)


def _movers(reservation: Reservation) -> tuple[Reservation, Sequence[Reservation]]:
    """The booking and those that move with it, all locked."""
    if reservation.party is None:
        current = locked(reservation)
        return current, [current]
    together = locked_party(reservation)
    current = next(held for held in together if held.pk == reservation.pk)
    return current, [held for held in together if held.state in ACTIVE]


def _refuse_move(current: Reservation, movers: Sequence[Reservation], hold: Consumed, by: Actor) -> None:
    if current.state not in ACTIVE:
        raise StateNotAllowed
    if hold.procedure_id != current.procedure_id:
        raise ProcedureDiffers
    if hold.party.people != len(movers):
        raise PeopleDiffer
    # Who lost their time lost it through the office: the owner may choose anew at any moment, for all.
    if all(mover.state == ReservationState.CONFIRMED for mover in movers):
        starts_at = min(mover.slot.starts_at for mover in movers)
        office, procedure = current.office_id, current.procedure_id
        refuse_when_late("change", starts_at, by=by, office_id=office, procedure_id=procedure)


def _moved(movers: Sequence[Reservation], hold: Consumed, hashed: str, by: Actor) -> list[Reservation]:
    FurtherSeat.objects.filter(reservation__in=[mover.pk for mover in movers if mover.units > 1]).delete()
    moved = []
    for mover, slots in zip(movers, hold.seats, strict=True):
        if mover.state != ReservationState.CONFIRMED:
            state_move(mover, ReservationState.CONFIRMED)
        detail = {"from": mover.slot_id, "to": slots[0]}
        mover.slot_id, mover.office_id = slots[0], hold.office_id
        mover.seat_kind, mover.units = hold.seat_kind, hold.party.units
        mover.moved_token_hash = hashed
        mover.changes += 1
        fields = ["state", "slot", "office", "seat_kind", "units", "moved_token_hash", "changes", "changed_at"]
        mover.save(update_fields=fields)
        FurtherSeat.objects.bulk_create(FurtherSeat(reservation=mover, slot_id=slot) for slot in slots[1:])
        record(action="reservations.moved", subject=mover, by=by, detail=detail)
        moved.append(Reservation.objects.select_related("slot", "office", "procedure").get(pk=mover.pk))
    return moved
