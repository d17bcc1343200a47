"""Booking: a hold becomes a booking of each of its people."""

from collections.abc import Sequence
from uuid import UUID, uuid4

from django.db import connection, transaction
from django.utils import timezone

from audit.actions import record
from audit.actors import Actor
from reservations import mails
from reservations.access import at_known_place, slot_by_id
from reservations.actions.holds import Consumed, hold_consume
from reservations.actions.states import announce
from reservations.errors import HoldExpired, PeopleDiffer
from reservations.fairness.errors import AlreadyBooked
from reservations.fairness.keys import person_key
from reservations.fairness.rule import (
    ROOM_FOR_CONTACTS,
    Beside,
    contact_limit,
    contacts_room,
    refuse_unfair,
)
from reservations.models import BookingChannel, FurtherSeat, Reservation
from reservations.numbers import new_number
from reservations.person import Person
from reservations.tokens import new_token, token_hash
from writing.languages import JAPANESE

# What a new booking stores; the rest of its columns begin as INSERT says.
STORED = [
    *("number", "token_hash", "slot_id", "office_id", "procedure_id", "seat_kind", "channel"),
    *("booked_at", "changed_at", "name", "reading", "birth_date", "address", "phone", "email", "language"),
    *("person_key", "exclusive", "units", "party", "place", "speaks"),
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
    companions: Sequence[Person] = (),
    channel: BookingChannel = BookingChannel.WEB,
    language: str = JAPANESE,
    beside: Beside | None = None,
    by: Actor,
) -> Reservation:
    """Turn the hold behind `token` into a booking; the token becomes the citizen's link.

    `companions` come along, in the order of the hold's seats: each has a booking too, with the first one's contact.
    Returns the first one's. Mails about it are written in `language` (a code of writing/languages.py).

    The deadline was checked when the seat was held. A repeated token gets the first booking, marked `repeated`.
    Raises HoldExpired when the hold's seat has been given back; AlreadyBooked (with the `place` of the person),
    TooManyForContact or PeopleDiffer, after which the hold still stands. `beside` is why staff book beside the
    rules; the system (made-up days) always may.
    """
    hashed = token_hash(token)
    limit = contact_limit(beside, by)
    hold = hold_consume(hashed, [contact for contact in (person.phone, person.email) if contact] if limit else ())
    if hold is None:
        return _booked_before(hashed)
    people = (person, *companions)
    if len(people) != hold.party.people:
        raise PeopleDiffer
    made = _reservations(hold, hashed, people, channel, language)
    # In one order for everybody: two parties with the same people wait for each other's bookings one way only.
    for reservation in sorted(made, key=lambda booking: booking.person_key):
        _inserted(reservation, limit)
    _further_seats(made, hold)
    for reservation in made:
        detail = {"slot": reservation.slot_id, "office": hold.office_code, "channel": channel}
        record(
            action="reservations.booked",
            subject=reservation,
            by=by,
            detail=detail | ({"beside": beside} if beside else {}),
        )
        announce(reservation, hold.office_code)
    if person.email and (slot := slot_by_id(made[0].slot_id)):
        made[0].slot = slot  # the mails name time, place and procedure
        at_known_place(made[0])
    mails.booked_queue(made[0], token=token, by=by)
    return made[0]


def _reservations(
    hold: Consumed, hashed: str, people: Sequence[Person], channel: BookingChannel, language: str
) -> list[Reservation]:
    """A booking of each person, on the first of their slots. Only the first one's link is known to anybody."""
    party = uuid4() if len(people) > 1 else None
    made = []
    for place, (person, slots) in enumerate(zip(people, hold.seats, strict=True)):
        own_hash = token_hash(new_token()) if place else hashed
        reservation = _reservation(hold, own_hash, person, channel, language)
        reservation.slot_id = slots[0]
        _in_party(reservation, party, place)
        made.append(reservation)
    return made


def _in_party(reservation: Reservation, party: UUID | None, place: int) -> None:
    reservation.party, reservation.place, reservation.speaks = party, place, place == 0


def _further_seats(made: Sequence[Reservation], hold: Consumed) -> None:
    if hold.party.units > 1:
        FurtherSeat.objects.bulk_create(
            FurtherSeat(reservation=reservation, slot_id=slot)
            for reservation, slots in zip(made, hold.seats, strict=True)
            for slot in slots[1:]
        )


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
        units=hold.party.units,
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
                _refuse_unfair(reservation, limit)
    reservation.pk = row[0]
    reservation._state.adding = False
    reservation._state.db = connection.alias
    return reservation


def _refuse_unfair(reservation: Reservation, limit: int | None) -> None:
    try:
        refuse_unfair(reservation, limit)
    except AlreadyBooked as refused:
        refused.place = reservation.place
        raise
