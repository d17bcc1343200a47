"""Pages beside the signature, for the clerk at the counter: both lead back to the visit."""

from collections.abc import Callable

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.access import StaffRequest, actor_of, requires
from applications.access import application_for
from applications.actions import ApplicantData, applicant_note, application_sign_assisted
from applications.models import Application
from applications.signing.forms import ApplicantForm, AssistanceForm
from audit.actors import Actor
from audit.errors import Refused


@require_http_methods(["GET", "POST"])
@requires("applications.sign")
def applicant(request: StaffRequest, number: str) -> HttpResponse:
    """Fill in the form of somebody who came without a booking. Raises Http404 for a booking's form."""
    application = application_for(request.user, number)
    if application.reservation_id is not None:
        raise Http404
    noted = getattr(application, "applicant", None)
    known = {name: getattr(noted, name) for name in ApplicantForm.base_fields} if noted else {}
    form = ApplicantForm(request.POST if request.method == "POST" else None, initial=known)
    if form.is_valid():
        return _back(
            request, application, lambda by: applicant_note(application=application, person=form.told(), by=by)
        )
    context = {"application": application, "form": form, "back": _visit(application)}
    return render(request, "applications/signing/applicant.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
@requires("applications.sign")
def assisted(request: StaffRequest, number: str) -> HttpResponse:
    """Record what stands instead of a signature."""
    application = application_for(request.user, number)
    form = AssistanceForm(request.POST if request.method == "POST" else None, application=application)
    if form.is_valid():
        return _back(request, application, lambda by: _signed(application, form, by))
    context = {"application": application, "form": form, "back": _visit(application)}
    return render(request, "applications/signing/assisted.html", context, status=422 if form.is_bound else 200)


@transaction.atomic
def _signed(application: Application, form: AssistanceForm, by: Actor) -> None:
    if name := form.cleaned_data.get("applicant_name"):
        noted = getattr(application, "applicant", None)
        held = {part: getattr(noted, part) for part in ApplicantForm.base_fields} if noted else {}
        applicant_note(application=application, person=ApplicantData(**held | {"name": name}), by=by)
    application_sign_assisted(application=application, told=form.told(), by=by)


def _visit(application: Application) -> int:
    """The visit that the form belongs to; the room above knows it. Raises Http404 before the person is here."""
    visit = getattr(application, "visit", None)
    if visit is None:
        raise Http404
    return int(visit.pk)


def _back(request: StaffRequest, application: Application, act: Callable[[Actor], object]) -> HttpResponse:
    """Do it and show the visit; a refusal becomes a message there."""
    try:
        act(actor_of(request))
    except Refused as refused:
        messages.error(request, refused.message)
    return redirect("counters:visit", _visit(application))
