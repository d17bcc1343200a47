"""A large batch of forms on screen: watch it being made, take it, have it made anew (fukuoka-14, -21)."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import condition, require_POST, require_safe

from accounts.access import StaffRequest, actor_of, requires
from applications.access import form_batch_for
from applications.batches.actions import TOPIC, form_batch_request
from applications.batches.records import FormBatchState
from applications.models import FormBatch
from audit.errors import Refused
from live.grants import grant
from vault.responses import object_response

UNDER_WAY = (FormBatchState.REQUESTED, FormBatchState.MAKING)


@require_safe
@requires("applications.form")
def form_batch(request: StaffRequest, pk: int) -> HttpResponse:
    context = {"batch": form_batch_for(request.user, pk), "live_grant": grant(request, [TOPIC])}
    return render(request, "applications/batches/batch.html", context)


def _version(request: HttpRequest, pk: int) -> str | None:
    seen = FormBatch.objects.filter(pk=pk).values_list("state", "done", "total", "attempts").first()
    return '"' + "-".join(map(str, seen)) + '"' if seen else None


@require_safe
@requires("applications.form")
@condition(etag_func=_version)
def progress(request: StaffRequest, pk: int) -> HttpResponse:
    """The fragment that moves while a worker makes the batch. A finished one reloads the page once."""
    batch = form_batch_for(request.user, pk)
    response = render(request, "applications/batches/_progress.html", {"batch": batch})
    if batch.state not in UNDER_WAY:
        response["HX-Refresh"] = "true"
    return response


@require_POST
@requires("applications.form")
def again(request: StaffRequest, pk: int) -> HttpResponse:
    batch = form_batch_for(request.user, pk)
    try:
        form_batch_request(office=batch.office, day=batch.day, by=actor_of(request))
    except Refused as refused:
        messages.error(request, refused.message)
    return redirect("applications:form_batch", pk)


@require_safe
@requires("applications.form")
def file(request: StaffRequest, pk: int) -> HttpResponse:
    """The finished file, shown by the browser so that it can be printed. Raises Http404 while there is none."""
    batch = form_batch_for(request.user, pk)
    if batch.content is None:
        raise Http404
    try:
        response = object_response(request, batch.content, actor_of(request), "application_forms")
    except Refused as refused:
        messages.error(request, refused.message)
        return redirect("applications:form_batch", pk)
    response["Content-Disposition"] = f'inline; filename="shinseisho-{batch.office.code}-{batch.day:%Y%m%d}.pdf"'
    # The viewer of a browser is a script; what it shows was made here.
    del response["Content-Security-Policy"]
    return response
