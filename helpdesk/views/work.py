"""What the buttons of an inquiry's page do."""

from collections.abc import Callable
from functools import partial

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST, require_safe

from accounts.access import StaffRequest, actor_of, requires
from audit.actors import Actor
from audit.errors import Refused
from helpdesk.access import attachment_for, notes_of, step_for, ticket_by_number, ticket_for
from helpdesk.actions import (
    attachment_add,
    callback_promise,
    city_answer,
    city_see,
    findings_write,
    moment_add,
    note_add,
    step_do,
    ticket_hand_over,
    ticket_move,
    ticket_sort,
    ticket_split,
    ticket_take,
    ticket_watch,
    tickets_merge,
    tickets_relate,
)
from helpdesk.actions.papers import report_take_out
from helpdesk.errors import TicketUnknown
from helpdesk.models import Ticket, TicketState
from helpdesk.papers import report_pdf
from helpdesk.ticket_forms import (
    AttachForm,
    CallbackForm,
    CityForm,
    FindingsForm,
    JoinForm,
    MomentForm,
    NoteForm,
    OwnerForm,
    SortForm,
    SplitForm,
    TicketForm,
)
from helpdesk.views.tickets import ticket_page
from vault.responses import object_response


def pressed(request: StaffRequest, pk: int, act: Callable[..., object], form: TicketForm | None = None) -> HttpResponse:
    """Act on the inquiry, with what the form holds, and show the one that it leads to.

    A wrong form and a refusal stand on the inquiry's page, what was typed with them.
    """
    shown = form.ticket if form else ticket_for(request.user, pk)
    if form and not form.is_valid():
        return ticket_page(request, shown, form)
    try:
        led_to = act(ticket=shown, by=actor_of(request), **(form.wanted() if form else {}))
    except Refused as refused:
        return ticket_page(request, shown, form, refusal=refused.message)
    return redirect("helpdesk:ticket", led_to.pk if isinstance(led_to, Ticket) else pk)


def sent(request: StaffRequest, pk: int, kind: type[TicketForm], act: Callable[..., object]) -> HttpResponse:
    """The same with a form of this kind."""
    form = kind(request.POST, request.FILES, ticket=ticket_for(request.user, pk))
    return pressed(request, pk, act, form)


@require_POST
@requires("helpdesk.work")
def take(request: StaffRequest, pk: int) -> HttpResponse:
    return pressed(request, pk, ticket_take)


@require_POST
@requires("helpdesk.work")
def hand_over(request: StaffRequest, pk: int) -> HttpResponse:
    return sent(request, pk, OwnerForm, ticket_hand_over)


@require_POST
@requires("helpdesk.work")
def move(request: StaffRequest, pk: int) -> HttpResponse:
    state = request.POST.get("state", "")
    if state not in TicketState.values:
        return redirect("helpdesk:ticket", pk)
    return pressed(request, pk, partial(ticket_move, to=TicketState(state)))


@require_POST
@requires("helpdesk.work")
def sort(request: StaffRequest, pk: int) -> HttpResponse:
    return sent(request, pk, SortForm, ticket_sort)


@require_POST
@requires("helpdesk.work")
def note(request: StaffRequest, pk: int) -> HttpResponse:
    return sent(request, pk, NoteForm, note_add)


@require_POST
@requires("helpdesk.work")
def attach(request: StaffRequest, pk: int) -> HttpResponse:
    return sent(request, pk, AttachForm, attachment_add)


@require_safe
@requires("helpdesk.tickets")
def attachment(request: StaffRequest, ticket: int, pk: int) -> HttpResponse:
    """The file itself; that somebody looked is written down."""
    held = attachment_for(request.user, ticket, pk)
    response = object_response(request, held=held.held, by=actor_of(request), purpose="inquiry")
    response["Content-Disposition"] = content_disposition_header(True, held.name)
    return response


@require_POST
@requires("helpdesk.work")
def step(request: StaffRequest, ticket: int, pk: int) -> HttpResponse:
    held = step_for(request.user, ticket, pk)
    step_do(step=held, done=request.POST.get("done") == "1", by=actor_of(request))
    response = redirect("helpdesk:ticket", ticket)
    response["Location"] += "#course"
    return response


@require_POST
@requires("helpdesk.work")
def moment(request: StaffRequest, pk: int) -> HttpResponse:
    return sent(request, pk, MomentForm, moment_add)


@require_POST
@requires("helpdesk.work")
def findings(request: StaffRequest, pk: int) -> HttpResponse:
    return sent(request, pk, FindingsForm, findings_write)


@require_POST
@requires("helpdesk.work")
def join(request: StaffRequest, pk: int) -> HttpResponse:
    """Merge this one into the named one, or relate both."""

    def act(*, ticket: Ticket, other: str, by: Actor) -> Ticket | None:
        named = ticket_by_number(request.user, other)
        if named is None:
            raise TicketUnknown
        if request.POST.get("how") == "merge":
            return tickets_merge(ticket=ticket, into=named, by=by)
        tickets_relate(ticket=ticket, other=named, by=by)
        return None

    return sent(request, pk, JoinForm, act)


@require_POST
@requires("helpdesk.work")
def split(request: StaffRequest, pk: int) -> HttpResponse:
    """Make a second inquiry of this one; the ticked notes go along."""
    notes = notes_of(ticket_for(request.user, pk), request.POST.getlist("note"))
    return sent(request, pk, SplitForm, partial(ticket_split, notes=notes))


@require_POST
@requires("helpdesk.work")
def call_back(request: StaffRequest, pk: int) -> HttpResponse:
    return sent(request, pk, CallbackForm, callback_promise)


@require_POST
@requires("helpdesk.work")
def watch(request: StaffRequest, pk: int) -> HttpResponse:
    return pressed(request, pk, partial(ticket_watch, watching=request.POST.get("watching") == "1"))


@require_POST
@requires("helpdesk.city")
def see(request: StaffRequest, pk: int) -> HttpResponse:
    return pressed(request, pk, city_see)


@require_POST
@requires("helpdesk.city")
def answer(request: StaffRequest, pk: int) -> HttpResponse:
    return sent(request, pk, CityForm, city_answer)


@require_safe
@requires("helpdesk.tickets")
def report(request: StaffRequest, pk: int) -> HttpResponse:
    """The report on a complaint or incident, as paper."""
    shown = ticket_for(request.user, pk)
    written = report_pdf(shown)
    report_take_out(ticket=shown, by=actor_of(request))
    name = f"{shown.get_kind_display()}報告書_{shown.number}_{timezone.localdate():%Y%m%d}.pdf"
    headers = {"Content-Disposition": content_disposition_header(True, name), "Cache-Control": "no-store"}
    return HttpResponse(written, content_type="application/pdf", headers=headers)
