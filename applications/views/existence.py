"""The city's worklist of existence checks (fukuoka-20): answers singly or many at once."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.access import StaffRequest, actor_of, requires
from applications.access import booking_with_check, reservations_for_check
from applications.actions import check_defect, checks_confirm
from applications.due import due_days
from applications.forms import DefectForm, WorklistForm
from applications.models import CHECK_MOVES, CheckState, DefectReason, check_state_of
from applications.worklist import Chosen, bookings, chosen_from, rows_of, state_chips
from audit.errors import Refused
from live.grants import grant
from reservations.access import offices_in_scope

PER_PAGE = 50
NOTHING_CHOSEN = "予約が選ばれていません。確認した予約に印を付けてから、もう一度押してください。"


@require_http_methods(["GET", "HEAD", "POST"])
@requires("applications.check")
def existence(request: StaffRequest) -> HttpResponse:
    """The worklist; a POST confirms the ticked bookings, all or none."""
    typed = WorklistForm(request.GET, user=request.user) if "on_year" in request.GET else None
    chosen = chosen_from(request.user, request.GET, typed.typed_day() if typed else None)
    if request.method == "POST":
        return _confirm(request, chosen)
    return _list(request, chosen, form=typed)


def _confirm(request: StaffRequest, chosen: Chosen) -> HttpResponse:
    numbers = request.POST.getlist("booking")
    if not numbers:
        return _list(request, chosen, refusal=NOTHING_CHOSEN)
    try:
        answered = checks_confirm(reservations=reservations_for_check(request.user, numbers), by=actor_of(request))
    except Refused as refused:
        return _list(
            request, chosen, refusal=f"{refused.message}どの予約もまだ確認済みにしていません。", ticked=numbers
        )
    if answered:
        messages.success(request, f"{answered}件を確認済みにしました。")
    else:
        messages.info(request, "選んだ予約は、すでに確認済みです。")
    return redirect(reverse("applications:existence") + chosen.address())


def _list(
    request: StaffRequest,
    chosen: Chosen,
    *,
    form: WorklistForm | None = None,
    refusal: str = "",
    ticked: Iterable[str] = (),
) -> HttpResponse:
    codes = offices_in_scope(request.user).values_list("code", flat=True)
    live_grant = grant(request, ["existence", *(f"office:{code}" for code in codes)])
    page = Paginator(bookings(request.user, chosen), PER_PAGE).get_page(request.GET.get("page"))
    due = due_days()
    context = {
        "live_grant": live_grant,
        "chosen": chosen,
        "form": form or WorklistForm(initial=_initial(chosen), user=request.user),
        "chips": state_chips(request.user, chosen),
        "page": page,
        "rows": rows_of(page.object_list, due, ticked),
        "late_before": due.late_before(timezone.localdate()),
        "refusal": refusal,
    }
    return render(request, "applications/existence.html", context, status=422 if refusal else 200)


def _initial(chosen: Chosen) -> dict[str, Any]:
    return {"on": chosen.day, "office": chosen.office.code if chosen.office else ""}


@require_http_methods(["GET", "HEAD", "POST"])
@requires("applications.check")
def check(request: StaffRequest, number: str) -> HttpResponse:
    """One booking to compare with the register; a POST names a defect."""
    reservation = booking_with_check(request.user, number)
    form = DefectForm(request.POST or None)
    refusal = ""
    if request.method == "POST" and form.is_valid():
        reason, note = DefectReason(form.cleaned_data["reason"]), form.cleaned_data["note"]
        try:
            check_defect(reservation=reservation, reason=reason, note=note, by=actor_of(request))
        except Refused as refused:
            refusal = refused.message
        else:
            messages.success(request, f"{reservation.name}さんの不備を事務局に伝えました。")
            return redirect(reverse("applications:existence") + chosen_from(request.user, request.GET).address())
    state = check_state_of(reservation)
    context = {
        "reservation": reservation,
        "check": getattr(reservation, "existence_check", None),
        "answers": reservation.check_answers.select_related("by"),
        "state": state,
        "may_confirm": CheckState.CONFIRMED in CHECK_MOVES[state],
        "may_refuse": CheckState.DEFECT in CHECK_MOVES[state],
        "due": due_days().due_for(
            timezone.localdate(reservation.slot.starts_at), timezone.localdate(reservation.booked_at)
        ),
        "today": timezone.localdate(),
        "back": chosen_from(request.user, request.GET).address(),
        "form": form,
        "refusal": refusal,
    }
    return render(request, "applications/check.html", context, status=422 if request.method == "POST" else 200)
