"""After the booking: the page behind the link, the calendar file, cancelling, and the way back without a link."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.networks import client_address
from audit.actors import Actor
from audit.errors import Refused
from reservations.access import reservation_by_number
from reservations.actions import party_cancel
from reservations.citizen.attempts import TooManyAttempts, attempt_begin
from reservations.citizen.forms import CancelForm, FindForm
from reservations.citizen.keepsakes import arrival_code, calendar_file, map_address, map_code
from reservations.citizen.links import short_link_token
from reservations.citizen.personal import personal_page
from reservations.citizen.road import posted
from reservations.citizen.standing import standing_of
from reservations.citizen.together import coming, party_of, person_label, turns_of
from reservations.citizen.views.choose import CONFLICT, INVALID
from reservations.citizen.views.links import behind_link
from reservations.models import CancelReason, Reservation, ReservationState

TOO_MANY = 429
DONE = ("booked", "changed", "cancelled")


@personal_page
@require_safe
@behind_link
def reservation(request: HttpRequest, held: Reservation, token: str) -> HttpResponse:
    """Number, what to bring, place, and what may be done; right after a step, it says what was done."""
    done = request.GET.get("done", "")
    party = party_of(held)
    context = {
        "party": party if len(party) > 1 else [],
        # Whoever came by number and birth date has shown to know one of them.
        "shows_names": ":" not in token,
        "turns": turns_of(coming(party)),
        "reservation": held,
        "token": token,
        "standing": standing_of(held),
        "done": done if done in DONE else "",
        "map_address": map_address(held.office),
        "codes": [
            (booking, person_label(booking.place), mark_safe(arrival_code(booking)))  # noqa: S308 (drawn here, from digits)
            for booking in party
            if booking.state == ReservationState.CONFIRMED
        ],
    }
    if context["map_address"]:
        context["map_code"] = mark_safe(map_code(held.office))  # noqa: S308 (drawn here)
    return render(request, "reservations/citizen/reservation.html", context)


@personal_page
@require_safe
@behind_link
def calendar(request: HttpRequest, held: Reservation, token: str) -> HttpResponse:
    """The booking for the citizen's own calendar. A short link does not last, so the file names the way to it."""
    way_back = reverse("booking:find") if ":" in token else reverse("booking:reservation", args=[token])
    response = HttpResponse(
        calendar_file(held, url=f"{settings.PUBLIC_URL}{way_back}"), content_type="text/calendar; charset=utf-8"
    )
    response.headers["Content-Disposition"] = f'attachment; filename="yoyaku-{held.number}.ics"'
    return response


@personal_page
@require_http_methods(["GET", "HEAD", "POST"])
@behind_link
def cancel(request: HttpRequest, held: Reservation, token: str) -> HttpResponse:
    """Ask for the reason, then cancel. Cancelling twice shows the cancelled booking."""
    page = reverse("booking:reservation", args=[token])
    if not standing_of(held).may_cancel:
        return HttpResponseRedirect(page)
    party = coming(party_of(held))
    form = CancelForm(posted(request), people=party)
    refusal = ""
    if form.is_valid():
        try:
            reason = CancelReason(form.cleaned_data["reason"])
            party_cancel(reservation=held, places=form.places(), reason=reason, by=Actor.citizen())
        except Refused as refused:
            refusal = refused.message
        else:
            return HttpResponseRedirect(f"{page}?done=cancelled")
    context = {"reservation": held, "token": token, "form": form, "refusal": refusal, "turns": turns_of(party)}
    status = CONFLICT if refusal else INVALID if form.errors else 200
    return render(request, "reservations/citizen/cancel.html", context, status=status)


@personal_page
@require_http_methods(["GET", "HEAD", "POST"])
def find(request: HttpRequest) -> HttpResponse:
    """Number and birth date open a booking for half an hour; which of both is wrong is not said."""
    form = FindForm(posted(request))
    refusal = ""
    if form.is_valid():
        try:
            found = _found(form, client_address(request))
        except TooManyAttempts as refused:
            return _find_page(request, form, refused.message, TOO_MANY)
        if found is not None:
            return HttpResponseRedirect(reverse("booking:reservation", args=[short_link_token(found)]))
        refusal = _("予約番号と生年月日に一致する予約がありません。どちらも打ち間違いがないか確認してください。")
    return _find_page(request, form, refusal, INVALID if refusal or form.errors else 200)


def _found(form: FindForm, address: str) -> Reservation | None:
    attempt = attempt_begin(number=form.cleaned_data["number"], address=address)
    found = reservation_by_number(form.cleaned_data["number"], form.cleaned_data["birth_date"])
    if found is not None:
        attempt.succeed()
    return found


def _find_page(request: HttpRequest, form: FindForm, refusal: str, status: int) -> HttpResponse:
    return render(request, "reservations/citizen/find.html", {"form": form, "refusal": refusal}, status=status)
