"""The list of people to call before their day."""

from datetime import date, timedelta

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_POST, require_safe

from accounts.access import StaffRequest, actor_of, requires
from audit.errors import Refused
from reservations.reminders.calls import CALL_CHOICES, counts, next_day, of_day, reservation_called, to_call

PER_PAGE = 100


@require_safe
@requires("reservations.remind")
def calls(request: StaffRequest) -> HttpResponse:
    """Whom to call, of the next day with somebody to call unless the address names one."""
    day = _day(request.GET.get("day", "")) or next_day(request.user)
    todo = request.GET.get("todo", "open")
    todo = todo if todo in CALL_CHOICES else "open"
    found = counts(request.user, day)
    context = {
        "day": day,
        "before": day - timedelta(days=1) if day > timezone.localdate() else None,
        "after": day + timedelta(days=1),
        "todo": todo,
        "chips": [(name, label, found[name]) for name, label in CALL_CHOICES.items()],
        "page": Paginator(of_day(request.user, day, todo), PER_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "reservations/calls.html", context)


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


@require_POST
@requires("reservations.remind")
def call_note(request: StaffRequest, number: str) -> HttpResponse:
    """Note one call: reached or not."""
    reservation = get_object_or_404(to_call(request.user), number=number)
    reached = request.POST.get("reached") == "yes"
    try:
        reservation_called(reservation=reservation, reached=reached, by=actor_of(request))
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        told = "電話で案内したことを" if reached else "電話がつながらなかったことを"
        messages.success(request, f"{reservation.name}さん：{told}記録しました。")
    day = timezone.localdate(reservation.slot.starts_at)
    return HttpResponseRedirect(f"{reverse('reservations:calls')}?day={day}")
