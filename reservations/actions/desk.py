"""What the desk does beside booking: looking up, and sending the facts once more."""

from uuid import UUID

from django.db import models, transaction

from audit.actions import record
from audit.actors import Actor
from reservations import mails
from reservations.actions.states import locked
from reservations.errors import NoMailAddress, StateNotAllowed
from reservations.models import Reservation, ReservationState


@transaction.atomic
def bookings_look_up(*, about: models.Model, kind: str, found: int, by: Actor) -> None:
    """Record that somebody searched, by what kind of word and with how many answers; the word itself is personal.

    `about` is the member of staff who searched.
    """
    record(action="reservations.searched", subject=about, by=by, detail={"kind": kind, "found": found})


@transaction.atomic
def details_send(*, reservation: Reservation, key: UUID, by: Actor) -> None:
    """Mail the booking's facts again. The same `key` sends once, however often the button is pressed.

    Raises NoMailAddress, or StateNotAllowed when the booking does not stand any more.
    """
    current = locked(reservation)
    if not current.email:
        raise NoMailAddress
    if current.state != ReservationState.CONFIRMED:
        raise StateNotAllowed
    if mails.details_are_queued(current, key=str(key)):
        return
    record(action="reservations.details_sent", subject=current, by=by)
    mails.details_queue(current, key=str(key), by=by)
