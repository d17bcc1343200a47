"""A booking's page for staff. The lists stand in `lists/views.py`."""

from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import StaffRequest, requires
from notifications.models import Message, Receipt
from reservations.access import reservation_for_staff
from reservations.actions.correcting import CORRECTABLE
from reservations.history import history
from reservations.models import Reservation, ReservationState

# In order: the last one says why a message stands where it stands.
RECEIPTS = Prefetch("receipts", Receipt.objects.order_by("pk"), to_attr="told")
# Of other bookings nobody needs an application form.
WITH_FORM = {ReservationState.CONFIRMED, ReservationState.VISITED}


@require_safe
@requires("reservations.list")
def detail(request: StaffRequest, number: str) -> HttpResponse:
    """One booking with its messages and what happened to it."""
    reservation = reservation_for_staff(request.user, number)
    context = {
        "reservation": reservation,
        "party": Reservation.objects.together_with(reservation) if reservation.party else [],
        "messages_sent": Message.objects.about(reservation).prefetch_related(RECEIPTS),
        "history": history(reservation),
        "may_print_form": request.user.may("applications.form") and reservation.state in WITH_FORM,
        "may_correct": request.user.may("reservations.correct") and reservation.state in CORRECTABLE,
        "may_book_for": request.user.may("reservations.book_for"),
    }
    return render(request, "reservations/detail.html", context)
