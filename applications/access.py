"""What a member of staff may reach in this room."""

from django.http import Http404

from accounts.models import User
from accounts.roles import Role
from applications.models import Application, ExistenceCheck
from postoffices.access import own_office
from reservations.models import Reservation, ReservationState


def reservations_for_check(user: User, numbers: list[str]) -> list[Reservation]:
    """The bookings with these numbers that await the city's answer. Raises Http404 when one is not there."""
    found = Reservation.objects.filter(number__in=numbers).exclude(state=ReservationState.CANCELLED)
    bookings = list(found.select_related("slot", "office", "procedure"))
    if len(bookings) != len(set(numbers)):
        raise Http404
    return bookings


def check_for(user: User, number: str) -> ExistenceCheck:
    """The check of the booking with this number. Raises Http404 when there is none."""
    check = (
        ExistenceCheck.objects.filter(reservation__number=number)
        .select_related("reservation__slot", "reservation__office", "reservation__procedure", "answered_by")
        .first()
    )
    if check is None:
        raise Http404
    return check


def application_for(user: User, number: str) -> Application:
    """The application with this number; for a clerk only one of the own office. Raises Http404 otherwise."""
    found = Application.objects.filter(number=number).select_related(
        "reservation__slot",
        "reservation__office",
        "reservation__procedure",
        "signature",
        "visit__office",
        "visit__procedure",
    )
    application = found.first()
    if application is None:
        raise Http404
    if user.role == Role.CLERK:
        offices = {
            held.office_id
            for held in (application.reservation, getattr(application, "visit", None))
            if held is not None
        }
        if own_office(user).pk not in offices:
            raise Http404
    return application
