"""The worklist of bookings that lost their time."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import StaffRequest, actor_of, requires
from audit.errors import Refused
from reservations.supply.actions import orphan_called, orphans_tell
from reservations.supply.worklist import ORPHAN_CHOICES, counts, orphans

PER_PAGE = 50


@require_http_methods(["GET", "HEAD", "POST"])
@requires("reservations.orphans")
def orphan_list(request: StaffRequest) -> HttpResponse:
    """Who lost the time, when, how to reach them, and what was sent. Posted: send to the chosen ones."""
    if request.method == "POST":
        return _tell(request)
    todo = request.GET.get("todo", "all")
    todo = todo if todo in ORPHAN_CHOICES else "all"
    found = counts(request.user)
    context = {
        "page": Paginator(orphans(request.user, todo), PER_PAGE).get_page(request.GET.get("page")),
        "chips": [(name, label, found[name]) for name, label in ORPHAN_CHOICES.items()],
        "todo": todo,
        "selectable": found["mail"] and todo in ("all", "mail"),
        "may_book": request.user.may("reservations.book_for"),
        "may_supply": request.user.may("reservations.supply"),
    }
    return render(request, "reservations/supply/orphans.html", context)


def _tell(request: StaffRequest) -> HttpResponse:
    chosen = [int(key) for key in request.POST.getlist("orphan") if key.isdecimal() and len(key) < 18]
    held = list(orphans(request.user).filter(pk__in=chosen))
    try:
        if not held:
            raise Refused("案内メールを送る予約を選んでください。")
        told = orphans_tell(orphanings=held, by=actor_of(request))
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, f"案内メールを{told}件送ります。")
    return HttpResponseRedirect(reverse("supply:orphans"))


@require_POST
@requires("reservations.orphans")
def called(request: StaffRequest, pk: int) -> HttpResponse:
    """Note the telephone call."""
    orphaning = get_object_or_404(orphans(request.user), pk=pk)
    try:
        orphan_called(orphaning=orphaning, by=actor_of(request))
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, f"{orphaning.reservation.name}さんへ電話で案内したことを記録しました。")
    return HttpResponseRedirect(reverse("supply:orphans"))
