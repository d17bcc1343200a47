"""Defects: the bureau asks the applicant, and hands the booking back to the city or ends it."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import StaffRequest, actor_of, requires
from applications.access import check_for
from applications.actions import check_give_up, defect_resolve
from applications.defects import TURNS, defects, state_in, turn_chips
from applications.forms import HandleForm
from applications.models import CHECK_MOVES, CheckState, ExistenceCheck
from audit.errors import Refused
from live.grants import grant

PER_PAGE = 50


@require_safe
@requires("applications.defects")
def defect_list(request: StaffRequest) -> HttpResponse:
    live_grant = grant(request, ["existence"])
    state = state_in(request.GET.get("state", ""))
    context = {
        "live_grant": live_grant,
        "state": state,
        "turn": TURNS[state],
        "chips": turn_chips(request.user, state),
        "page": Paginator(defects(request.user, state), PER_PAGE).get_page(request.GET.get("page")),
        "today": timezone.localdate(),
    }
    return render(request, "applications/defects.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("applications.defects")
def defect(request: StaffRequest, number: str) -> HttpResponse:
    """One defect with the applicant's telephone number; a POST hands the booking back to the city."""
    check = check_for(request.user, number)
    form = HandleForm(request.POST or None)
    refusal = ""
    if request.method == "POST" and form.is_valid():
        try:
            defect_resolve(check=check, note=form.cleaned_data["note"], by=actor_of(request))
        except Refused as refused:
            refusal = refused.message
        else:
            messages.success(request, f"{check.reservation.name}さんの予約を、市の再確認に回しました。")
            return redirect("applications:defects")
    return _page(request, check, form, refusal)


def _page(request: StaffRequest, check: ExistenceCheck, form: HandleForm, refusal: str) -> HttpResponse:
    state = CheckState(check.state)
    context = {
        "check": check,
        "reservation": check.reservation,
        "turn": TURNS.get(state, state.label),
        "may_resolve": CheckState.RESOLVED in CHECK_MOVES[state],
        "may_give_up": CheckState.GIVEN_UP in CHECK_MOVES[state],
        "form": form,
        "refusal": refusal,
    }
    return render(request, "applications/defect.html", context, status=422 if refusal or form.errors else 200)


@require_POST
@requires("applications.defects")
def give_up(request: StaffRequest, number: str) -> HttpResponse:
    """Ends check and booking. Asks on a page of its own first: it cannot be taken back."""
    check = check_for(request.user, number)
    form = HandleForm(request.POST)
    if not form.is_valid():
        return _page(request, check, form, "")
    if "sure" not in request.POST:
        context = {"check": check, "reservation": check.reservation, "form": form, "note": form.cleaned_data["note"]}
        return render(request, "applications/give_up.html", context)
    try:
        check_give_up(check=check, note=form.cleaned_data["note"], by=actor_of(request))
    except Refused as refused:
        return _page(request, check, form, refused.message)
    messages.success(request, f"{check.reservation.name}さんの予約を取り消し、枠を空けました。")
    return redirect(f"{reverse('applications:defects')}?state={CheckState.GIVEN_UP}")
