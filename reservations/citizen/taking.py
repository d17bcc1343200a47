"""Holding and booking as citizens do: within the limits of fairness."""

from collections.abc import Sequence

from django.http import HttpRequest

from accounts.networks import client_address
from audit.actors import Actor
from postoffices.models import Procedure
from reservations.actions import reservation_book, seat_hold
from reservations.fairness.limits import book_from, hold_from, hold_was_booked
from reservations.models import Hold, Reservation
from reservations.person import Person
from reservations.tokens import token_hash
from writing.languages import current_language


def take_seat(request: HttpRequest, *, slot_id: int, procedure: Procedure, people: int = 1) -> tuple[Hold, str]:
    """Keep a seat for each of so many people. Raises TooOften, and what `seat_hold` refuses."""
    for _person in range(people):
        hold_from(client_address(request))
    return seat_hold(slot_id=slot_id, procedure=procedure, people=people, by=Actor.citizen())


def book_seat(request: HttpRequest, *, token: str, person: Person, companions: Sequence[Person] = ()) -> Reservation:
    """Book what is held. Raises TooOften, and what `reservation_book` refuses.

    The hold's token goes back to the network once, however often the same booking is sent.
    """
    address = client_address(request)
    book_from(address, phone=person.phone, email=person.email)
    language = current_language().code
    booked = reservation_book(token=token, person=person, companions=companions, language=language, by=Actor.citizen())
    if not booked.repeated:
        for _person in (person, *companions):
            hold_was_booked(address, hashed=token_hash(token))
    return booked
