"""One visit on the right, step by step."""

from uuid import uuid4

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import condition, require_http_methods, require_POST, require_safe

from accounts.access import StaffRequest, actor_of, requires
from applications.actions import application_sign, application_sign_on_paper
from applications.models import ApplicationState
from counters.access import visit_for
from counters.actions import support_count, visit_finish, visit_leave, visit_serve, visit_terminal_begin
from counters.forms import FinishForm, SignatureForm
from counters.models import Visit, VisitState
from counters.views.parts import about, etag, screen, then, visit_screen
from postoffices.access import own_office


def _version(request: StaffRequest, pk: int) -> str | None:
    """What the right side shows changes with these; the review's version counts its own changes."""
    own = Visit.objects.filter(pk=pk, office=own_office(request.user))
    row = own.values_list("state", "review_result", "application__state", "case__version").first()
    return etag(*row) if row else None


@require_safe
@requires("counters.serve")
def visit(request: StaffRequest, pk: int) -> HttpResponse:
    return visit_screen(request, visit_for(request.user, pk))


@require_safe
@requires("counters.serve")
@condition(etag_func=_version)
def visit_pane(request: StaffRequest, pk: int) -> HttpResponse:
    """The right side alone, while the city reviews."""
    return render(request, "counters/_visit.html", about(visit_for(request.user, pk)))


@require_POST
@requires("counters.serve")
def serve(request: StaffRequest, pk: int) -> HttpResponse:
    return then(request, pk, lambda visit: visit_serve(visit=visit, by=actor_of(request)))


@require_http_methods(["GET", "POST"])
@requires("applications.sign")
def sign(request: StaffRequest, pk: int) -> HttpResponse:
    """The applicant signs on the screen."""
    visit = visit_for(request.user, pk)
    if not _to_be_signed(visit):
        return redirect("counters:visit", pk)
    form = SignatureForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _signed(request, visit, form)
    status = 422 if request.method == "POST" else 200
    return screen(request, "counters/sign.html", about(visit, signing=True) | {"form": form}, status)


def _to_be_signed(visit: Visit) -> bool:
    """Whether the person is at the counter and the form waits for a signature."""
    application = visit.application
    return (
        visit.state == VisitState.SERVING and application is not None and application.state == ApplicationState.DRAFTED
    )


def _signed(request: StaffRequest, visit: Visit, form: SignatureForm) -> HttpResponse:
    assert visit.application is not None  # noqa: S101 - the caller has looked
    application, strokes = visit.application, form.cleaned_data["strokes"]
    return then(
        request, visit.pk, lambda _: application_sign(application=application, strokes=strokes, by=actor_of(request))
    )


@require_POST
@requires("applications.sign")
def sign_on_paper(request: StaffRequest, pk: int) -> HttpResponse:
    """The printed form was signed by hand, while the profile allows it."""
    visit = visit_for(request.user, pk)
    application = visit.application
    if application is None or not _to_be_signed(visit):
        return redirect("counters:visit", pk)
    return then(request, pk, lambda _: application_sign_on_paper(application=application, by=actor_of(request)))


@require_POST
@requires("counters.serve")
def terminal(request: StaffRequest, pk: int) -> HttpResponse:
    """Approved: the work at the city's terminal begins."""
    return then(request, pk, lambda visit: visit_terminal_begin(visit=visit, by=actor_of(request)))


@require_http_methods(["GET", "POST"])
@requires("counters.serve")
def finish(request: StaffRequest, pk: int) -> HttpResponse:
    """The visit's outcome; before the city's answer too, when papers are missing or the person is sent elsewhere."""
    visit = visit_for(request.user, pk)
    form = FinishForm(request.POST if request.method == "POST" else None, visit=visit)
    if request.method == "GET" and visit.state != VisitState.SERVING:
        return redirect("counters:visit", pk)
    if not form.is_valid():
        context = about(visit) | {"form": form, "finish_form": form}
        return screen(request, "counters/finish.html", context, 422 if form.is_bound else 200)
    return then(request, pk, lambda visit: _finished(request, visit, form))


def _finished(request: StaffRequest, visit: Visit, form: FinishForm) -> None:
    by = actor_of(request)
    visit_finish(visit=visit, **form.ending(), by=by)
    for kind in form.cleaned_data["supports"]:
        support_count(office=visit.office, kind=kind, visit=visit, key=uuid4(), by=by)


@require_POST
@requires("counters.serve")
def leave(request: StaffRequest, pk: int) -> HttpResponse:
    """The person went away before the end."""
    return then(request, pk, lambda visit: visit_leave(visit=visit, by=actor_of(request)))
