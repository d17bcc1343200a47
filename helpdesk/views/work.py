"""What the buttons of an inquiry's page do."""

from collections.abc import Callable

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST, require_safe

from accounts.access import StaffRequest, actor_of, requires
from audit.errors import Refused
from helpdesk.access import attachment_for, notes_of, step_for, ticket_by_number, ticket_for
from helpdesk.actions import (
    attachment_add,
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
from helpdesk.forms import (
    AttachForm,
    CityForm,
    FindingsForm,
    JoinForm,
    MomentForm,
    NoteForm,
    OwnerForm,
    SortForm,
    SplitForm,
)
from helpdesk.models import NoteKind, Priority, Ticket, TicketKind, TicketState
from helpdesk.papers import report_pdf
from helpdesk.views.tickets import ticket_page
from vault.responses import object_response

UNKNOWN = "その番号の問い合わせは見つかりません。番号を確かめてください。"


def done(request: StaffRequest, ticket: Ticket, act: Callable[[], object]) -> HttpResponse:
    """Act and show the inquiry anew; a refusal stands on its page."""
    try:
        act()
    except Refused as refused:
        return ticket_page(request, ticket, refusal=refused.message)
    return redirect("helpdesk:ticket", ticket.pk)


@require_POST
@requires("helpdesk.work")
def take(request: StaffRequest, pk: int) -> HttpResponse:
    shown = ticket_for(request.user, pk)
    return done(request, shown, lambda: ticket_take(ticket=shown, by=actor_of(request)))


@require_POST
@requires("helpdesk.work")
def hand_over(request: StaffRequest, pk: int) -> HttpResponse:
    shown = ticket_for(request.user, pk)
    form = OwnerForm(request.POST, ticket=shown, auto_id="owner_%s")
    if not form.is_valid():
        return ticket_page(request, shown, owner_form=form)
    to = form.cleaned_data["owner"]
    return done(request, shown, lambda: ticket_hand_over(ticket=shown, to=to, by=actor_of(request)))


@require_POST
@requires("helpdesk.work")
def move(request: StaffRequest, pk: int) -> HttpResponse:
    shown = ticket_for(request.user, pk)
    state = request.POST.get("state", "")
    if state not in TicketState.values:
        return redirect("helpdesk:ticket", pk)
    return done(request, shown, lambda: ticket_move(ticket=shown, to=TicketState(state), by=actor_of(request)))


@require_POST
@requires("helpdesk.work")
def sort(request: StaffRequest, pk: int) -> HttpResponse:
    shown = ticket_for(request.user, pk)
    form = SortForm(request.POST, ticket=shown, auto_id="sort_%s")
    if not form.is_valid():
        return ticket_page(request, shown, sort_form=form)
    typed = form.cleaned_data
    return done(
        request,
        shown,
        lambda: ticket_sort(
            ticket=shown,
            category=typed["category"],
            priority=Priority(typed["priority"]),
            kind=TicketKind(typed["kind"]),
            by=actor_of(request),
        ),
    )


@require_POST
@requires("helpdesk.work")
def note(request: StaffRequest, pk: int) -> HttpResponse:
    shown = ticket_for(request.user, pk)
    form = NoteForm(request.POST, desk=shown.desk, auto_id="note_%s")
    if not form.is_valid():
        return ticket_page(request, shown, note_form=form)
    typed = form.cleaned_data
    try:
        note_add(
            ticket=shown,
            kind=NoteKind(typed["kind"]),
            text=typed["text"],
            key=str(typed["key"]),
            mail=typed["mail"],
            by=actor_of(request),
        )
    except Refused as refused:
        return ticket_page(request, shown, refusal=refused.message, note_form=form)
    return redirect("helpdesk:ticket", pk)


@require_POST
@requires("helpdesk.work")
def attach(request: StaffRequest, pk: int) -> HttpResponse:
    shown = ticket_for(request.user, pk)
    form = AttachForm(request.POST, request.FILES, auto_id="attach_%s")
    if not form.is_valid():
        return ticket_page(request, shown, attach_form=form)
    file = form.cleaned_data["file"]
    return done(
        request,
        shown,
        lambda: attachment_add(ticket=shown, name=file.name, upload=file.read(), by=actor_of(request)),
    )


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
    shown = ticket_for(request.user, pk)
    form = MomentForm(request.POST, desk=shown.desk, auto_id="moment_%s")
    if not form.is_valid():
        return ticket_page(request, shown, moment_form=form)
    typed = form.cleaned_data
    return done(
        request,
        shown,
        lambda: moment_add(ticket=shown, at=typed["at"], text=typed["text"], by=actor_of(request)),
    )


@require_POST
@requires("helpdesk.work")
def findings(request: StaffRequest, pk: int) -> HttpResponse:
    shown = ticket_for(request.user, pk)
    form = FindingsForm(request.POST, desk=shown.desk, auto_id="findings_%s")
    if not form.is_valid():
        return ticket_page(request, shown, findings_form=form)
    return done(request, shown, lambda: findings_write(ticket=shown, **form.cleaned_data, by=actor_of(request)))


@require_POST
@requires("helpdesk.work")
def join(request: StaffRequest, pk: int) -> HttpResponse:
    """Merge this one into the named one, or relate both."""
    shown = ticket_for(request.user, pk)
    form = JoinForm(request.POST, auto_id="join_%s")
    if not form.is_valid():
        return ticket_page(request, shown, join_form=form)
    other = ticket_by_number(request.user, form.cleaned_data["other"])
    if other is None:
        return ticket_page(request, shown, refusal=UNKNOWN, join_form=form)
    if request.POST.get("how") == "merge":
        return done(request, shown, lambda: tickets_merge(ticket=shown, into=other, by=actor_of(request)))
    return done(request, shown, lambda: tickets_relate(ticket=shown, other=other, by=actor_of(request)))


@require_POST
@requires("helpdesk.work")
def split(request: StaffRequest, pk: int) -> HttpResponse:
    shown = ticket_for(request.user, pk)
    form = SplitForm(request.POST, desk=shown.desk, auto_id="split_%s")
    if not form.is_valid():
        return ticket_page(request, shown, split_form=form)
    typed = form.cleaned_data
    notes = notes_of(shown, request.POST.getlist("note"))
    made = ticket_split(
        ticket=shown,
        title=typed["title"],
        category=typed["category"],
        notes=notes,
        key=typed["key"],
        by=actor_of(request),
    )
    return redirect("helpdesk:ticket", made.pk)


@require_POST
@requires("helpdesk.work")
def watch(request: StaffRequest, pk: int) -> HttpResponse:
    shown = ticket_for(request.user, pk)
    watching = request.POST.get("watching") == "1"
    return done(request, shown, lambda: ticket_watch(ticket=shown, watching=watching, by=actor_of(request)))


@require_POST
@requires("helpdesk.city")
def see(request: StaffRequest, pk: int) -> HttpResponse:
    shown = ticket_for(request.user, pk)
    return done(request, shown, lambda: city_see(ticket=shown, by=actor_of(request)))


@require_POST
@requires("helpdesk.city")
def answer(request: StaffRequest, pk: int) -> HttpResponse:
    shown = ticket_for(request.user, pk)
    form = CityForm(request.POST, auto_id="city_%s")
    if not form.is_valid():
        return ticket_page(request, shown, city_form=form)
    typed = form.cleaned_data
    return done(
        request,
        shown,
        lambda: city_answer(ticket=shown, text=typed["text"], key=str(typed["key"]), by=actor_of(request)),
    )


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
