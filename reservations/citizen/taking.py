"""Holding and booking as citizens do: within the limits of fairness."""

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


def take_seat(request: HttpRequest, *, slot_id: int, procedure: Procedure) -> tuple[Hold, str]:
    """Keep a seat. Raises TooOften, and what `seat_hold` refuses."""
    hold_from(client_address(request))
    return seat_hold(slot_id=slot_id, procedure=procedure, by=Actor.citizen())


def book_seat(request: HttpRequest, *, token: str, person: Person) -> Reservation:
    """Book what is held. Raises TooOften, and what `reservation_book` refuses.

    The hold's token goes back to the network once, however often the same booking is sent.
    """
    address = client_address(request)
    book_from(address, phone=person.phone, email=person.email)
    booked = reservation_book(token=token, person=person, language=current_language().code, by=Actor.citizen())
    if not booked.repeated:
        hold_was_booked(address, hashed=token_hash(token))
    return booked
