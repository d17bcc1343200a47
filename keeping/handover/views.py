"""The list of what is unfinished on screen; lists that were made for the city, and its word on them."""

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import StaffRequest, actor_of, requires
from accounts.models import User
from accounts.unfinished import Item, Stock, stocks
from audit.errors import Refused
from keeping.access import handover_for
from keeping.handover.actions import handover_confirm, handover_make, handover_return
from keeping.handover.forms import ConfirmForm, NoteForm, ReturnForm
from keeping.handover.papers import handover_pdf, handover_xlsx, kinds_of
from keeping.handover.records import HandoverList, HandoverState

SHOWN = 10
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Row:
    """A stock as the screen shows it: the first of its items, and an address only for those who may go there."""

    state: str
    count: int
    oldest: datetime | None
    items: list[Item]
    url: str


@require_http_methods(["GET", "HEAD", "POST"])
@requires("keeping.handover")
def handovers(request: StaffRequest) -> HttpResponse:
    """What is unfinished now, and the lists made so far; POST freezes it as a list for the city."""
    may_make = request.user.may("keeping.handover_make")
    form = NoteForm(request.POST or None)
    if request.method == "POST":
        if not may_make:
            raise PermissionDenied
        if form.is_valid():
            made = handover_make(note=form.cleaned_data["note"], by=actor_of(request))
            messages.success(request, "引継書を作りました。市の担当者が確認します。")
            return redirect("handover:handover", made.pk)
    lists = HandoverList.objects.select_related("made_by", "decided_by").defer("stocks")[:20]
    kinds, nothing_left = _kinds(request.user)
    context = {"kinds": kinds, "nothing_left": nothing_left, "lists": lists, "form": form, "may_make": may_make}
    return render(request, "keeping/handover/handovers.html", context, status=422 if form.errors else 200)


def _kinds(user: User) -> tuple[list[dict[str, object]], list[str]]:
    """Kinds of work with their states that hold anything, and the names of kinds of which nothing is left.

    A stock costs one query, and one more where it holds anything.
    """
    kinds: list[dict[str, object]] = []
    nothing_left = []
    for kind, held in groupby(stocks(), key=lambda stock: stock.kind):
        if rows := [row for stock in held if (row := _row(stock, user)).count]:
            kinds.append({"kind": kind, "rows": rows, "count": sum(row.count for row in rows)})
        else:
            nothing_left.append(kind)
    return kinds, nothing_left


def _row(stock: Stock, user: User) -> Row:
    count, oldest = stock.counted()
    items = list(map(stock.item, stock.rows[:SHOWN])) if count else []
    return Row(stock.state, count, oldest, items, stock.url if user.may(stock.permission) else "")


@require_http_methods(["GET", "HEAD", "POST"])
@requires("keeping.handover")
def handover(request: StaffRequest, pk: int) -> HttpResponse:
    """One list; POST is the city's word on it."""
    may_confirm = request.user.may("keeping.handover_confirm")
    if request.method == "POST" and not may_confirm:
        raise PermissionDenied
    held = handover_for(request.user, pk)
    returns = "return" in request.POST
    form = (ReturnForm if returns else ConfirmForm)(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        return _decide(request, held, form.cleaned_data["remarks"], returns=returns)
    context = {
        "handover": held,
        "kinds": kinds_of(held),
        "form": form,
        "may_confirm": may_confirm and held.state == HandoverState.SUBMITTED,
    }
    return render(request, "keeping/handover/handover.html", context, status=422 if form.errors else 200)


def _decide(request: StaffRequest, held: HandoverList, remarks: str, *, returns: bool) -> HttpResponse:
    act = handover_return if returns else handover_confirm
    try:
        act(handover=held, remarks=remarks, by=actor_of(request))
        messages.success(request, "差し戻しました。" if returns else "確認しました。")
    except Refused as refused:
        messages.error(request, refused.message)
    return redirect("handover:handover", held.pk)


@require_safe
@requires("keeping.handover")
def paper(request: StaffRequest, pk: int) -> HttpResponse:
    return _file(
        handover_pdf(handover_for(request.user, pk)), "application/pdf", f'inline; filename="hikitsugi-{pk}.pdf"'
    )


@require_safe
@requires("keeping.handover")
def book(request: StaffRequest, pk: int) -> HttpResponse:
    written = handover_xlsx(handover_for(request.user, pk))
    return _file(written, XLSX, f'attachment; filename="hikitsugi-{pk}.xlsx"')


def _file(written: bytes, kind: str, disposition: str) -> HttpResponse:
    headers = {"Content-Disposition": disposition, "Cache-Control": "no-store, private"}
    return HttpResponse(written, content_type=kind, headers=headers)
