"""Booking, moving and cancelling."""

from django.db import connection, transaction
from django.utils import timezone

from audit.actions import record
from audit.actors import Actor
from reservations import mails
from reservations.actions.holds import Consumed, hold_consume
from reservations.actions.seats import seats_give_back
from reservations.actions.states import announce, locked, state_move
from reservations.deadlines import refuse_when_late
from reservations.errors import HoldExpired, ProcedureDiffers, StateNotAllowed
from reservations.fairness.keys import person_key
from reservations.fairness.rule import (
    ROOM_FOR_CONTACTS,
    Beside,
    contact_limit,
    contacts_room,
    refuse_unfair,
)
from reservations.models import BookingChannel, CancelReason, Reservation, ReservationState
from reservations.numbers import new_number
from reservations.person import Person
from reservations.tokens import token_hash
from reservations.waiting_list.offers import seats_offer
from writing.languages import JAPANESE

# What a new booking stores; the rest of its columns begin as INSERT says.
STORED = [
    *("number", "token_hash", "slot_id", "office_id", "procedure_id", "seat_kind", "channel"),
    *("booked_at", "changed_at", "name", "reading", "birth_date", "address", "phone", "email", "language"),
    *("person_key", "exclusive"),
]
INSERT = f"""
    INSERT INTO reservations_reservation
      ({", ".join(STORED)}, state, cancel_reason, changes, moved_token_hash)
    SELECT {", ".join("%s" for _ in STORED)}, 'confirmed', '', 0, ''
    WHERE {ROOM_FOR_CONTACTS}
    ON CONFLICT DO NOTHING RETURNING id
"""


@transaction.atomic
def reservation_book(
    *,
    token: str,
    person: Person,
    channel: BookingChannel = BookingChannel.WEB,
    language: str = JAPANESE,
    beside: Beside | None = None,
    by: Actor,
) -> Reservation:
    """Turn the hold behind `token` into a booking; the token becomes the citizen's link.

    Mails about it are written in `language` (a code of writing/languages.py).

    The deadline was checked when the seat was held. A repeated token gets the first booking, marked `repeated`.
    Raises HoldExpired when the hold's seat has been given back; AlreadyBooked or TooManyForContact, after which
    the hold still stands. `beside` is why staff book beside the rules; the system (made-up days) always may.
    """
    hashed = token_hash(token)
    limit = contact_limit(beside, by)
    hold = hold_consume(hashed, [contact for contact in (person.phone, person.email) if contact] if limit else ())
    if hold is None:
        return _booked_before(hashed)
    reservation = _inserted(_reservation(hold, hashed, person, channel, language), limit)
    detail = {"slot": hold.slot_id, "office": hold.office_code, "channel": channel}
    record(
        action="reservations.booked",
        subject=reservation,
        by=by,
        detail=detail | ({"beside": beside} if beside else {}),
    )
    announce(reservation, hold.office_code)
    mails.booked_queue(reservation, token=token, by=by)
    return reservation


def _booked_before(hashed: str) -> Reservation:
    reservation = Reservation.objects.filter(token_hash=hashed).select_related("slot", "office", "procedure").first()
    if reservation is None:
        raise HoldExpired
    reservation.repeated = True
    return reservation


def _reservation(hold: Consumed, hashed: str, person: Person, channel: BookingChannel, language: str) -> Reservation:
    now = timezone.now()
    return Reservation(
        booked_at=now,
        changed_at=now,
        token_hash=hashed,
        slot_id=hold.slot_id,
        office_id=hold.office_id,
        procedure_id=hold.procedure_id,
        seat_kind=hold.seat_kind,
        channel=channel,
        name=person.name,
        reading=person.reading,
        birth_date=person.birth_date,
        address=person.address,
        phone=person.phone,
        email=person.email,
        language=language,
        person_key=person_key(person.name, person.birth_date),
    )


def _inserted(reservation: Reservation, limit: int | None) -> Reservation:
    """Insert with a number nobody has: drawn again on a collision, without a savepoint's two round trips.

    The rules of fairness stand in the same statement; only when it inserted nothing is asked why.
    """
    reservation.exclusive = limit is not None
    room = contacts_room(reservation, limit)
    row = None
    with connection.cursor() as cursor:
        while row is None:
            reservation.number = new_number()
            cursor.execute(INSERT, [*(getattr(reservation, column) for column in STORED), *room])
            row = cursor.fetchone()
            if row is None:
                refuse_unfair(reservation, limit)
    reservation.pk = row[0]
    reservation._state.adding = False
    reservation._state.db = connection.alias
    return reservation


@transaction.atomic
def reservation_move(*, reservation: Reservation, token: str, by: Actor) -> Reservation:
    """Move the booking to the time held under `token`; the old time is given back in the same breath.

    The citizen's link and number stay. A repeated token changes nothing. Raises HoldExpired, DeadlinePassed
    (of the old time), StateNotAllowed or ProcedureDiffers; then the old time and the hold both still stand.
    """
    hashed = token_hash(token)
    hold = hold_consume(hashed)
    current = locked(reservation)
    if hold is None:
        if current.moved_token_hash == hashed:
            return current
        raise HoldExpired
    _refuse_move(current, hold, by)
    left = (current.slot_id, current.seat_kind, current.office.code)
    keeps_seat = current.state == ReservationState.CONFIRMED
    if not keeps_seat:
        state_move(current, ReservationState.CONFIRMED)
    moved = _moved(current, hold, hashed)
    if keeps_seat:
        seats_give_back([left[:2]])
    record(action="reservations.moved", subject=moved, by=by, detail={"from": left[0], "to": hold.slot_id})
    for office_code in sorted({left[2], hold.office_code}):
        announce(moved, office_code)
    mails.changed_queue(moved, by=by)
    if keeps_seat:
        seats_offer([left[0]], by=by)
    return moved


def _refuse_move(current: Reservation, hold: Consumed, by: Actor) -> None:
    if current.state not in (ReservationState.CONFIRMED, ReservationState.ORPHANED):
        raise StateNotAllowed
    if hold.procedure_id != current.procedure_id:
        raise ProcedureDiffers
    # An orphaned booking lost its time through the office: its owner may choose anew at any moment.
    if current.state == ReservationState.CONFIRMED:
        office, procedure = current.office_id, current.procedure_id
        refuse_when_late("change", current.slot.starts_at, by=by, office_id=office, procedure_id=procedure)


def _moved(current: Reservation, hold: Consumed, hashed: str) -> Reservation:
    current.slot_id = hold.slot_id
    current.office_id = hold.office_id
    current.seat_kind = hold.seat_kind
    current.moved_token_hash = hashed
    current.changes += 1
    current.save(update_fields=["state", "slot", "office", "seat_kind", "moved_token_hash", "changes", "changed_at"])
    return Reservation.objects.select_related("slot", "office", "procedure").get(pk=current.pk)


@transaction.atomic
def reservation_cancel(*, reservation: Reservation, reason: CancelReason, by: Actor) -> Reservation:
    """Cancel and give the seat back. Cancelling again changes nothing.

    Raises StateNotAllowed (the visit is over) or DeadlinePassed.
    """
    current = locked(reservation)
    if current.state == ReservationState.CANCELLED:
        return current
    keeps_seat = current.state == ReservationState.CONFIRMED
    state_move(current, ReservationState.CANCELLED)
    if keeps_seat:
        office, procedure = current.office_id, current.procedure_id
        refuse_when_late("cancel", current.slot.starts_at, by=by, office_id=office, procedure_id=procedure)
        seats_give_back([(current.slot_id, current.seat_kind)])
    current.cancel_reason = reason
    current.cancelled_at = timezone.now()
    current.save(update_fields=["state", "cancel_reason", "cancelled_at", "changed_at"])
    record(action="reservations.cancelled", subject=current, by=by, detail={"reason": reason})
    announce(current, current.office.code)
    mails.cancelled_queue(current, by=by)
    if keeps_seat:
        seats_offer([current.slot_id], by=by)
    return current
