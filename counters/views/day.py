"""The day on the left: who comes, who waits, who has arrived."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import StaffRequest, actor_of, requires
from applications.models import with_check_state
from audit.errors import Refused
from counters.access import visit_at
from counters.actions import visit_arrive, visit_miss, visit_walk_in
from counters.day import rail
from counters.forms import ScanForm, WalkInForm
from counters.views.parts import day_of, screen
from postoffices.access import own_office
from reservations.access import reservation_for_staff, reservations_in_scope
from reservations.models import Reservation

NOT_HERE = "この番号の予約は、この拠点にありません。番号を確かめるか、予約なしの来局として受け付けてください。"


@require_safe
@requires("counters.serve")
def day(request: StaffRequest) -> HttpResponse:
    """The office's day; nothing chosen yet. `resume`: the page that was open when the tablet changed hands."""
    if visit := visit_at(request.user, request.GET.get("resume", "")):
        return redirect("counters:visit", visit.pk)
    return screen(request, "counters/day.html", {})


@require_safe
@requires("counters.serve")
def day_list(request: StaffRequest) -> HttpResponse:
    """The left side alone, for pushes and searching."""
    return render(request, "counters/_day_list.html", day_of(request, own_office(request.user)))


@require_safe
@requires("counters.serve")
def booking(request: StaffRequest, number: str) -> HttpResponse:
    """A booking whose person has not arrived; one that has is shown as its visit."""
    reservation = with_check_state(reservations_in_scope(request.user)).get(
        pk=reservation_for_staff(request.user, number).pk
    )
    visit = getattr(reservation, "visit", None)
    if visit is not None and visit.state != "missed":
        return redirect("counters:visit", visit.pk)
    over = reservation.slot.starts_at <= timezone.now()
    for_today = timezone.localdate(reservation.slot.starts_at) == timezone.localdate()
    context = {"reservation": reservation, "missed": visit, "over": over, "for_today": for_today, "rail": rail(None)}
    return screen(request, "counters/booking.html", context)


@require_POST
@requires("counters.serve")
def arrive(request: StaffRequest, number: str) -> HttpResponse:
    return _received(request, reservation_for_staff(request.user, number))


@require_POST
@requires("counters.serve")
def scan(request: StaffRequest) -> HttpResponse:
    """The citizen's code was read: the person is received at once, as by the large button."""
    form = ScanForm(request.POST)
    number = form.cleaned_data["number"] if form.is_valid() else ""
    found = reservations_in_scope(request.user).filter(number=number).first() if number else None
    if found is None:
        messages.error(request, NOT_HERE if number else "予約の二次元コードではありません。番号で探してください。")
        return redirect("counters:day")
    return _received(request, found)


def _received(request: StaffRequest, reservation: Reservation) -> HttpResponse:
    try:
        visit = visit_arrive(reservation=reservation, by=actor_of(request))
    except Refused as refusal:
        messages.error(request, refusal.message)
        return redirect("counters:booking", reservation.number)
    return redirect("counters:visit", visit.pk)


@require_POST
@requires("counters.serve")
def miss(request: StaffRequest, number: str) -> HttpResponse:
    """The booked person did not come. 受付する undoes it."""
    reservation = reservation_for_staff(request.user, number)
    try:
        visit_miss(reservation=reservation, by=actor_of(request))
        messages.success(request, "来局なしとして記録しました。来られたときは「受付する」を押してください。")
    except Refused as refusal:
        messages.error(request, refusal.message)
    return redirect("counters:booking", number)


@require_http_methods(["GET", "POST"])
@requires("counters.serve")
def walk_in(request: StaffRequest) -> HttpResponse:
    """Somebody came without a booking."""
    office = own_office(request.user)
    form = WalkInForm(request.POST or None, office=office)
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        visit = visit_walk_in(office=office, procedure=typed["procedure"], key=typed["key"], by=actor_of(request))
        return redirect("counters:visit", visit.pk)
    status = 422 if request.method == "POST" else 200
    return screen(request, "counters/walk_in.html", {"form": form, "rail": rail(None)}, status)
