"""Making and taking out application forms on paper."""

from collections.abc import Sequence

from django.db import transaction

from applications.actions.forms import application_draft
from applications.models import Application
from applications.printing import mark_printed
from audit.actions import record
from audit.actors import Actor
from reservations.models import Reservation


@transaction.atomic
def forms_draft(*, reservations: Sequence[Reservation], by: Actor) -> list[Application]:
    """The forms of several bookings, in their order; each is drafted unless it was before."""
    # Locked by primary key, whatever the order of the list: two batches must not wait for each other.
    made = {
        reservation.pk: application_draft(reservation=reservation, by=by)
        for reservation in sorted(reservations, key=lambda booking: booking.pk)
    }
    return [made[reservation.pk] for reservation in reservations]


@transaction.atomic
def forms_take_out(*, applications: Sequence[Application], by: Actor) -> None:
    """Record that forms with addresses and signatures left the product as one file, and what stood on them."""
    for application in applications:
        mark_printed(application)
    numbers = [application.number for application in applications]
    record(action="application.taken_out", subject=applications[0], by=by, detail={"numbers": numbers})


@transaction.atomic
def day_list_take_out(*, applications: Sequence[Application], by: Actor) -> None:
    """Record that the list of a day's forms, with names, left the product."""
    numbers = [application.number for application in applications]
    record(action="application.listed", subject=applications[0], by=by, detail={"numbers": numbers})
