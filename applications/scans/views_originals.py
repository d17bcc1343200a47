"""Paper originals: what waits for which ward, batches with their cover lists, and their arrival."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import StaffRequest, actor_of, requires
from applications.models import Original, OriginalBatch, OriginalState
from applications.scans.access import batch_for, ward_for
from applications.scans.forms import ReceiveForm
from applications.scans.originals import originals_pack, originals_receive, originals_send, wards_waiting
from applications.scans.papers import cover_list_pdf
from audit.errors import Refused

MOST_BATCHES = 100


@require_safe
@requires("applications.originals")
def originals(request: StaffRequest) -> HttpResponse:
    batches = list(OriginalBatch.objects.select_related("ward").prefetch_related("originals")[:MOST_BATCHES])
    missing = Original.objects.filter(state=OriginalState.MISSING).select_related("application", "batch__ward")
    context = {
        "waiting": wards_waiting(),
        "rows": [(held, _missing(held)) for held in batches],
        "missing": list(missing),
        "may_send": request.user.may("applications.scan"),
    }
    return render(request, "applications/scans/originals.html", context)


def _missing(held: OriginalBatch) -> int:
    return sum(original.state == OriginalState.MISSING for original in held.originals.all())


@require_POST
@requires("applications.scan")
def pack(request: StaffRequest, ward: str) -> HttpResponse:
    try:
        made = originals_pack(ward=ward_for(request.user, ward), by=actor_of(request))
    except Refused as refused:
        messages.error(request, refused.message)
        return redirect("scans:originals")
    return redirect("scans:batch", made.pk)


@require_http_methods(["GET", "POST"])
@requires("applications.originals")
def batch(request: StaffRequest, pk: int) -> HttpResponse:
    """One batch; POST records what has arrived."""
    held = batch_for(request.user, pk)
    rows = list(held.originals.select_related("application__entry__office", "application__entry__procedure"))
    numbers = [row.application.number for row in rows]
    form = ReceiveForm(request.POST if request.method == "POST" else None, numbers=numbers)
    if request.method == "POST" and form.is_valid():
        try:
            originals_receive(batch=held, missing=form.cleaned_data["missing"], by=actor_of(request))
            messages.success(request, "受領を記録しました。")
        except Refused as refused:
            messages.error(request, refused.message)
        return redirect("scans:batch", pk)
    context = {"batch": held, "rows": rows, "form": form, "may_send": request.user.may("applications.scan")}
    return render(request, "applications/scans/batch.html", context)


@require_POST
@requires("applications.scan")
def send(request: StaffRequest, pk: int) -> HttpResponse:
    originals_send(batch=batch_for(request.user, pk), by=actor_of(request))
    messages.success(request, "発送を記録しました。届いたら、受け取った側で受領を記録してください。")
    return redirect("scans:batch", pk)


@require_safe
@requires("applications.originals")
def cover_list(request: StaffRequest, pk: int) -> HttpResponse:
    written = cover_list_pdf(batch_for(request.user, pk))
    headers = {"Content-Disposition": f'inline; filename="genpon-{pk}.pdf"', "Cache-Control": "no-store, private"}
    return HttpResponse(written, content_type="application/pdf", headers=headers)
