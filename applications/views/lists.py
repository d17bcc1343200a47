"""The worklist for the closed network: out as a workbook, and the answers back after a look at what they change."""

import uuid
from collections import Counter

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import StaffRequest, actor_of, requires
from applications.access import batch_for, batches_in_scope, return_for
from applications.checkfiles.actions import (
    check_batch_make,
    check_batch_take_out,
    check_return_receive,
    check_return_take,
)
from applications.checkfiles.effects import Effect, judged_answers
from applications.checkfiles.errors import FileRefused
from applications.checkfiles.papers import batch_workbook
from applications.checkfiles.reading import MOST_BYTES, MOST_ROWS, read_file
from applications.checkfiles.rows import fixed_cells
from applications.due import due_days
from applications.forms import ReturnFileForm
from applications.worklist import Chosen, bookings, chosen_from
from audit.errors import Refused
from reservations.models import Reservation

PER_PAGE = 20
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
@requires("applications.check")
def batches(request: StaffRequest) -> HttpResponse:
    """Lists that went out, the newest first, and the way back in."""
    return _page(request, ReturnFileForm())


def _page(
    request: StaffRequest, form: ReturnFileForm, *, refusal: str = "", faults: list[str] | None = None
) -> HttpResponse:
    chosen = chosen_from(request.user, request.GET)
    held = batches_in_scope(request.user).prefetch_related("returns").annotate(bookings=Count("rows")).order_by("-pk")
    context = {
        "chosen": chosen,
        "waiting": bookings(request.user, chosen).count(),
        "most": MOST_ROWS,
        "key": uuid.uuid4(),
        "page": Paginator(held, PER_PAGE).get_page(request.GET.get("page")),
        "form": form,
        "refusal": refusal,
        "faults": faults or [],
    }
    return render(request, "applications/check_lists.html", context, status=422 if refusal or form.errors else 200)


@require_POST
@requires("applications.check")
def make(request: StaffRequest) -> HttpResponse:
    """Makes a list of what the worklist shows, and leads to its file."""
    chosen = chosen_from(request.user, request.GET)
    if not chosen.confirmable:
        chosen = Chosen(office=chosen.office, day=chosen.day)
    try:
        batch = check_batch_make(
            key=_key(request),
            reservations=list(bookings(request.user, chosen)[: MOST_ROWS + 1]),
            office=chosen.office,
            day=chosen.day,
            by=actor_of(request),
        )
    except Refused as refused:
        return _page(request, ReturnFileForm(), refusal=refused.message)
    messages.success(request, f"一覧 {batch.number} を作りました。下の表から取り出してください。")
    return redirect(reverse("applications:check_lists") + chosen.address())


def _key(request: StaffRequest) -> uuid.UUID:
    try:
        return uuid.UUID(request.POST.get("key", ""))
    except ValueError:
        return uuid.uuid4()


@require_POST
@requires("applications.check")
def workbook(request: StaffRequest, pk: int) -> HttpResponse:
    """The list as it stands now; recorded, and kept by no browser or proxy."""
    batch, due = batch_for(request.user, pk), due_days()
    rows = {row.position: row.reservation_id for row in batch.rows.all()}
    held = Reservation.objects.select_related("slot", "office", "procedure", "existence_check").in_bulk(rows.values())
    cells = [fixed_cells(batch.number, position, held[pk], due) for position, pk in rows.items()]
    check_batch_take_out(batch=batch, by=actor_of(request))
    headers = {
        "Content-Disposition": f'attachment; filename="jitsuzaisei-{batch.number}.xlsx"',
        "Cache-Control": "no-store, private",
    }
    return HttpResponse(batch_workbook(cells), content_type=XLSX, headers=headers)


@require_POST
@requires("applications.check")
def receive(request: StaffRequest) -> HttpResponse:
    """Reads a workbook that came back. Nothing counts before the next page's button."""
    form = ReturnFileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form)
    try:
        read = read_file(form.cleaned_data["file"].read(MOST_BYTES + 1))
        returned = check_return_receive(read=read, by=actor_of(request))
    except FileRefused as refused:
        return _page(request, ReturnFileForm(), refusal=refused.message, faults=refused.faults)
    return redirect("applications:check_return", returned.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("applications.check")
def returned(request: StaffRequest, pk: int) -> HttpResponse:
    """What the answers would change; a POST takes all of them over."""
    held = return_for(request.user, pk)
    refusal = ""
    if request.method == "POST":
        try:
            effects = check_return_take(returned=held, by=actor_of(request))
        except Refused as refused:
            refusal = refused.message
        else:
            messages.success(request, _told(effects))
            return redirect("applications:check_return", pk)
    answers = judged_answers(held)
    effects = Counter(str(one.effect) for one in answers)
    context = {
        "returned": held,
        "answers": answers,
        "counts": [(effect.label, effects[effect]) for effect in Effect],
        "unanswered": held.batch.rows.count() - len(answers),
        "kept": held.kept_answers.exclude(held_back="").select_related("reservation__slot"),
        "refusal": refusal,
    }
    return render(request, "applications/check_return.html", context, status=422 if refusal else 200)


def _told(effects: Counter[str]) -> str:
    held_back = effects[Effect.HELD_BACK]
    more = f"{held_back}件は反映せず、記録に残しました。下の表を確かめてください。" if held_back else ""
    return f"{effects[Effect.NEW]}件の回答を取り込みました。{more}"
