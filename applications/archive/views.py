"""Pages of the archive: search, one kept application, and the checks of its seals (fukuoka-24)."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import StaffRequest, actor_of, requires, requires_fresh_factor
from applications.archive.access import entry_for, integrity_run_for
from applications.archive.actions import entry_hold, entry_release, entry_view
from applications.archive.forms import HoldForm, SearchForm
from applications.archive.integrity import integrity_start, trouble_of
from applications.archive.search import PAGE, Sought, entries_found
from applications.models import ArchiveEntry, IntegrityRun, Sealing
from applications.signing.seals import check_seal
from audit.errors import Refused
from vault.actions import object_check
from vault.errors import ObjectDamaged, ObjectErased

MOST_RUNS = 30


@require_http_methods(["GET", "POST"])
@requires("applications.archive")
def search(request: StaffRequest) -> HttpResponse:
    """The newest; after a search, what was found. What is typed stays out of the address."""
    typed = request.method == "POST"
    form = SearchForm(request.POST if typed else None, user=request.user)
    right = typed and form.is_valid()
    found = entries_found(form.sought() if right else Sought(), request.POST.get("after", "") if right else "")
    context = {
        "form": form,
        "found": found if right or not typed else None,
        "searched": right,
        "onward": bool(request.POST.get("after")),
        "page_size": PAGE,
        "waiting": Sealing.objects.count(),
        "troubled": list(Sealing.objects.troubled().select_related("application")[:5]),
    }
    return render(request, "applications/archive/search.html", context, status=422 if typed and not right else 200)


@require_safe
@requires("applications.archive")
def entry(request: StaffRequest, number: str) -> HttpResponse:
    return _entry(request, entry_for(request.user, number), HoldForm())


def _entry(request: StaffRequest, held: ArchiveEntry, form: HoldForm, **more: Any) -> HttpResponse:
    holds = list(held.application.holds.select_related("held_by", "lifted_by"))
    context = {
        "entry": held,
        "application": held.application,
        "seal": _seal(held),
        "trouble": trouble_of(held.application),
        "holds": holds,
        "hold": next((row for row in holds if row.lifted_at is None), None),
        "may_hold": request.user.may("applications.archive_hold"),
        "form": form,
    }
    return render(request, "applications/archive/entry.html", context | more, status=422 if form.is_bound else 200)


def _seal(held: ArchiveEntry) -> Any:
    """Whose seal it is and since when, as the paper itself tells; None when it cannot be opened."""
    document = held.application.document
    try:
        return object_check(held=document, inspect=check_seal) if document else None
    except (ObjectErased, ObjectDamaged):
        return None


@require_safe
@requires("applications.archive")
def document(request: StaffRequest, number: str) -> HttpResponse:
    """The sealed paper itself, byte for byte. The look is recorded."""
    try:
        data = entry_view(entry=entry_for(request.user, number), by=actor_of(request))
    except Refused as refused:
        messages.error(request, refused.message)
        return redirect("archive:entry", number)
    headers = {
        "Content-Disposition": f'inline; filename="shinseisho-{number}.pdf"',
        "Cache-Control": "no-store, private",
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(data, content_type="application/pdf", headers=headers)


@require_POST
@requires("applications.archive_hold")
def hold(request: StaffRequest, number: str) -> HttpResponse:
    return _held(request, number, entry_hold, "消去を保留しました。")


@require_POST
@requires("applications.archive_hold")
@requires_fresh_factor("消去の保留の解除")
def release(request: StaffRequest, number: str) -> HttpResponse:
    return _held(request, number, entry_release, "保留を解除しました。保存期間が終わると消去されます。")


def _held(request: StaffRequest, number: str, act: Any, done: str) -> HttpResponse:
    held, form = entry_for(request.user, number), HoldForm(request.POST)
    if not form.is_valid():
        return _entry(request, held, form)
    try:
        act(entry=held, reason=form.cleaned_data["reason"], by=actor_of(request))
        messages.success(request, done)
    except Refused as refused:
        messages.error(request, refused.message)
    return redirect("archive:entry", number)


@require_http_methods(["GET", "POST"])
@requires("applications.integrity")
def integrity(request: StaffRequest) -> HttpResponse:
    """The checks so far; POST begins one."""
    if request.method == "POST":
        try:
            integrity_start(by=actor_of(request))
            messages.success(request, "封印の確認を始めました。終わるまで、この画面を閉じていても進みます。")
        except Refused as refused:
            messages.error(request, refused.message)
        return redirect("archive:integrity")
    runs = list(IntegrityRun.objects.select_related("asked_by")[:MOST_RUNS])
    kept = ArchiveEntry.objects.filter(forgotten_at__isnull=True).count()
    context = {"runs": runs, "open_run": next((run for run in runs if run.finished_at is None), None), "kept": kept}
    return render(request, "applications/archive/integrity.html", context)


@require_safe
@requires("applications.integrity")
def integrity_run(request: StaffRequest, pk: int) -> HttpResponse:
    return render(request, "applications/archive/integrity_run.html", {"run": integrity_run_for(request.user, pk)})
