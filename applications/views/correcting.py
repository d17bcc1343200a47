"""The bureau puts right what was mistyped in a booking."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.access import StaffRequest, actor_of, requires
from applications.actions.correcting import booking_correct
from audit.errors import Refused
from reservations.access import reservation_for_staff
from reservations.citizen.forms import PERSON_FIELDS, PersonForm

CONFLICT, INVALID = 409, 422


@requires("reservations.correct")
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: StaffRequest, number: str) -> HttpResponse:
    """The fields as they stand; what is sent again as it stands changes nothing."""
    reservation = reservation_for_staff(request.user, number)
    initial = {name: getattr(reservation, name) for name in PERSON_FIELDS}
    form = PersonForm(request.POST if request.method == "POST" else None, initial=initial)
    refusal = ""
    if form.is_valid():
        try:
            changed = booking_correct(reservation=reservation, person=form.person(), by=actor_of(request))
            messages.success(request, "予約の内容を訂正しました。" if changed else "訂正するところはありませんでした。")
            return redirect("reservations:detail", number=reservation.number)
        except Refused as refused:
            refusal = refused.message
    status = CONFLICT if refusal else INVALID if form.errors else 200
    context = {"form": form, "reservation": reservation, "refusal": refusal}
    return render(request, "applications/correct.html", context, status=status)
