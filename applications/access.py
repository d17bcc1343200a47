"""What a member of staff may reach in this room."""

from django.db.models import Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from accounts.models import User
from accounts.roles import Role
from applications.models import Application, CheckBatch, CheckReturn, ExistenceCheck, FormBatch
from postoffices.access import offices_for, own_office
from reservations.access import offices_in_scope, reservations_in_scope
from reservations.models import Reservation


def reservations_for_check(user: User, numbers: list[str]) -> list[Reservation]:
    """The bookings with these numbers, in any state. Raises Http404 when one of them does not exist."""
    bookings = list(
        reservations_in_scope(user).filter(number__in=numbers).select_related("slot", "office", "procedure")
    )
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
    return applications_by_number(user, [number])[0]


def applications_by_number(user: User, numbers: list[str]) -> list[Application]:
    """Applications with all their papers need, in the order of `numbers`. Raises Http404 unless all are in scope."""
    found = Application.objects.filter(number__in=numbers).select_related(
        "reservation__slot",
        "reservation__office",
        "reservation__procedure",
        "signature",
        "document",
        "applicant",
        "assistance",
        "visit__office",
        "visit__procedure",
    )
    if user.role == Role.CLERK:
        office = own_office(user)
        found = found.filter(Q(reservation__office=office) | Q(visit__office=office))
    held = {application.number: application for application in found}
    if held.keys() != set(numbers):
        raise Http404
    return [held[number] for number in numbers]


def booking_with_check(user: User, number: str) -> Reservation:
    """The booking with this number and its check, if it has one. Raises Http404 when there is none."""
    found = reservations_in_scope(user).filter(number=number)
    booking = found.select_related("slot", "office", "procedure", "existence_check__answered_by").first()
    if booking is None:
        raise Http404
    return booking


def batches_in_scope(user: User) -> QuerySet[CheckBatch]:
    """Lists that went out, the newest first: those whose offices the person may see."""
    offices = offices_in_scope(user)
    return CheckBatch.objects.filter(Q(office__isnull=True) | Q(office__in=offices)).select_related("made_by", "office")


def batch_for(user: User, pk: int) -> CheckBatch:
    """Raises Http404."""
    return get_object_or_404(batches_in_scope(user), pk=pk)


def return_for(user: User, pk: int) -> CheckReturn:
    """A workbook that came back, of a list in scope. Raises Http404."""
    held = CheckReturn.objects.select_related("batch", "received_by", "taken_by")
    return get_object_or_404(held.filter(batch__in=batches_in_scope(user).values("pk")), pk=pk)


def form_batch_for(user: User, pk: int) -> FormBatch:
    """A batch of forms of an office in scope. Raises Http404."""
    held = FormBatch.objects.select_related("office", "content__bucket", "requested_by")
    return get_object_or_404(held.filter(office__in=offices_for(user).values("pk")), pk=pk)
