"""Proposed holidays of a fiscal year, for the city to decide."""

from datetime import date

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.access import StaffRequest, actor_of, requires
from audit.errors import Refused
from postoffices.supply.proposals import Standing, fiscal_year, proposals
from reservations.supply.holidays import bookings_on, holidays_decide

YEARS_AHEAD = 2


@require_http_methods(["GET", "HEAD", "POST"])
@requires("reservations.holidays")
def holidays(request: StaffRequest) -> HttpResponse:
    """The proposals of `?year=`, at first of the next fiscal year. Posted: the chosen days are decided."""
    year = _year(request.GET.get("year", ""))
    if request.method == "POST":
        return _decide(request, year)
    rows = proposals(year)
    this = fiscal_year(timezone.localdate())
    booked = bookings_on([row.day for row in rows if row.day >= timezone.localdate()])
    context = {
        "year": year,
        "years": range(this, this + YEARS_AHEAD + 1),
        "rows": [(row, booked.get(row.day, 0)) for row in rows],
        "undecided": sum(row.standing == Standing.OPEN for row in rows),
    }
    return render(request, "reservations/supply/holidays.html", context)


def _year(text: str) -> int:
    this = fiscal_year(timezone.localdate())
    return int(text) if text.isdecimal() and len(text) < 10 and this <= int(text) <= this + YEARS_AHEAD else this + 1


def _decide(request: StaffRequest, year: int) -> HttpResponse:
    taken = request.POST.get("decision") == "take"
    try:
        days = {date.fromisoformat(day): taken for day in request.POST.getlist("day")}
        if not days:
            raise Refused("日を選んでください。")
        orphaned = holidays_decide(days=days, by=actor_of(request))
    except ValueError:
        messages.error(request, "日を選び直してください。")
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        lost = f"枠がなくなった予約が{orphaned}件あり、案内メールを送ります。" if orphaned else ""
        messages.success(
            request, f"{len(days)}日を{'祝日としました' if taken else '祝日としないことにしました'}。{lost}"
        )
    return HttpResponseRedirect(f"{reverse('supply:holidays')}?year={year}")
