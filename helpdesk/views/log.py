"""The log of every call, day by day."""

from datetime import date, timedelta
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import StaffRequest, requires
from helpdesk.access import desk_for, desks_for
from helpdesk.desks import category_name
from helpdesk.forms import LogForm
from helpdesk.models import Call, CallState, DeskCode

PER_PAGE = 100
INVALID = 422


def address_of(desk: str, day: date) -> str:
    """The query that shows a day."""
    return urlencode({"desk": desk, "day_year": day.year, "day_month": day.month, "day_day": day.day})


@require_safe
@requires("helpdesk.work")
def log(request: StaffRequest) -> HttpResponse:
    """Every call of a day, the latest first: who rang is on the call's own page only."""
    desk = desk_for(request.user, request.GET.get("desk", ""))
    today = timezone.localdate()
    form = LogForm(request.GET if "day_year" in request.GET else None, initial={"day": today})
    day = form.cleaned_data["day"] if form.is_bound and form.is_valid() else today
    state = request.GET.get("state", "")
    calls = Call.objects.of_days(desk, day, day).select_related("operator", "office", "ticket").order_by("-offered_at")
    shown = calls.filter(state=state) if state in CallState.values else calls
    page = Paginator(shown, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "desk": desk,
        "desks": [(code, DeskCode(code).label) for code in desks_for(request.user)],
        "form": form,
        "day": day,
        "before": address_of(desk, day - timedelta(days=1)),
        "after": address_of(desk, day + timedelta(days=1)) if day < today else "",
        "state": state,
        "states": CallState.choices,
        "page": page,
        "rows": [(call, category_name(desk, call.category)) for call in page],
        "may_answer": request.user.may("helpdesk.answer"),
    }
    return render(request, "helpdesk/log.html", context, status=INVALID if form.errors else 200)
