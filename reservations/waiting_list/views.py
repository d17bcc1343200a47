"""The staff's pages of the waiting list."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.access import StaffRequest, actor_of, requires
from audit.errors import Refused
from reservations.models import WaitState
from reservations.waiting_list.access import waiter_for_staff, waiters_in_scope
from reservations.waiting_list.actions import offer_take_up, wait_withdraw, waiter_called
from reservations.waiting_list.standing import standings

PER_PAGE = 50
CONFLICT = 409


@requires("reservations.waiting_list")
@require_safe
def waiting_list(request: StaffRequest) -> HttpResponse:
    return _page(request)


@requires("reservations.waiting_list")
@require_POST
def called(request: StaffRequest, pk: int) -> HttpResponse:
    """The person was told by telephone."""
    waiter = waiter_for_staff(request.user, pk)
    try:
        waiter_called(waiter=waiter, by=actor_of(request))
    except Refused as refused:
        return _page(request, refused.message)
    return redirect("waiting_list:list")


@requires("reservations.waiting_list")
@require_POST
def withdraw(request: StaffRequest, pk: int) -> HttpResponse:
    """The person does not wait any more; an offered seat goes to the next."""
    waiter = waiter_for_staff(request.user, pk)
    try:
        wait_withdraw(waiter=waiter, by=actor_of(request))
    except Refused as refused:
        return _page(request, refused.message)
    return redirect("waiting_list:list")


@requires("reservations.book_for")
@require_POST
def take_up(request: StaffRequest, pk: int) -> HttpResponse:
    """Book the kept seat on the telephone: on to the desk."""
    waiter = waiter_for_staff(request.user, pk)
    try:
        token = offer_take_up(waiter=waiter, by=actor_of(request))
    except Refused as refused:
        return _page(request, refused.message)
    return redirect("operator:hold", token=token)


def _page(request: StaffRequest, refusal: str = "") -> HttpResponse:
    state = request.GET.get("state", "")
    chosen = state if state in WaitState.values else ""
    waiters = waiters_in_scope(request.user)
    shown = waiters.filter(state=chosen) if chosen else waiters.filter(state__in=["waiting", "offered"])
    page = Paginator(shown.order_by("-state", "registered_at", "pk") if not chosen else shown.order_by("-pk"), PER_PAGE)
    found = page.get_page(request.GET.get("page"))
    context = {
        "page": found,
        "rows": standings(found.object_list),
        "states": WaitState.choices,
        "chosen": chosen,
        "refusal": refusal,
        "may_book": request.user.may("reservations.book_for"),
    }
    return render(request, "reservations/waiting_list/list.html", context, status=CONFLICT if refusal else 200)
