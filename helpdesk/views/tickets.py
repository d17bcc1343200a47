"""The list of inquiries, and one inquiry with everything that is done about it."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import StaffRequest, actor_of, requires
from audit.errors import Refused
from audit.models import AuditEvent
from audit.words import action_word
from devices.models import Fault
from helpdesk.access import desk_for, desks_for, ticket_for
from helpdesk.actions import ticket_open
from helpdesk.desks import categories, category_name, takes_personal_data
from helpdesk.forms import FilterForm, NewTicketForm
from helpdesk.models import MOVES, WITH_STEPS, DeskCode, Ticket, TicketChannel, TicketKind, TicketState
from helpdesk.ticket_forms import ALL, TicketForm
from helpdesk.worklist import VIEWS, Chosen, listed
from live.grants import grant
from postoffices.worktime import clock_text_of

PER_PAGE = 50
INVALID = 422
HISTORY = 30


@require_http_methods(["GET", "HEAD", "POST"])
@requires("helpdesk.tickets")
def tickets(request: StaffRequest) -> HttpResponse:
    """The list. A search is posted, so that names stay out of addresses and their logs."""
    live_grant = grant(request, [f"helpdesk:{desk}" for desk in desks_for(request.user)])
    chosen = Chosen.of(request.user, request.GET)
    search = FilterForm(request.POST if request.method == "POST" else None)
    words = search.cleaned_data["q"] if search.is_bound and search.is_valid() else ""
    found = listed(request.user, chosen, words)
    # What is common stands in thousands: nobody reads on in a search, so they are not counted either.
    page = Paginator(list(found[: PER_PAGE + 1]) if words else found, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "live_grant": live_grant,
        "chosen": chosen,
        "views": VIEWS.items(),
        "desks": [(code, DeskCode(code).label) for code in desks_for(request.user)],
        "states": TicketState.choices,
        "kinds": TicketKind.choices,
        "categories": categories(chosen.desk),
        "page": page,
        "rows": [(held, category_name(held.desk, held.category)) for held in page.object_list],
        "words": words,
        "form": search,
        "now": timezone.now(),
        "may_work": request.user.may("helpdesk.work"),
    }
    return render(request, "helpdesk/tickets.html", context, status=INVALID if search.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("helpdesk.work")
def ticket_new(request: StaffRequest) -> HttpResponse:
    desk = desk_for(request.user, request.GET.get("desk", ""))
    form = NewTicketForm(request.POST if request.method == "POST" else None, desk=desk)
    refusal = ""
    if form.is_bound and form.is_valid():
        channel = TicketChannel(form.cleaned_data["channel"])
        try:
            made = ticket_open(
                desk=desk, channel=channel, asked=form.asked(), key=form.cleaned_data["key"], by=actor_of(request)
            )
            return redirect("helpdesk:ticket", made.pk)
        except Refused as refused:
            refusal = refused.message
    context = {"form": form, "desk": desk, "desk_label": desk.label, "refusal": refusal}
    context["no_person"] = not takes_personal_data(desk)
    return render(request, "helpdesk/ticket_new.html", context, status=INVALID if refusal or form.errors else 200)


@require_safe
@requires("helpdesk.tickets")
def ticket(request: StaffRequest, pk: int) -> HttpResponse:
    return ticket_page(request, ticket_for(request.user, pk))


def ticket_page(
    request: StaffRequest, shown: Ticket, sent: TicketForm | None = None, *, refusal: str = ""
) -> HttpResponse:
    """The whole inquiry. `sent` is the form that was sent and refused; it keeps what was typed."""
    live_grant = grant(request, [f"helpdesk:{shown.desk}"])
    forms = {f"{kind.name}_form": kind(ticket=shown) for kind in ALL} | ({f"{sent.name}_form": sent} if sent else {})
    events = AuditEvent.objects.about_any([shown])[:HISTORY]
    context = {
        "live_grant": live_grant,
        "ticket": shown,
        "category_name": category_name(shown.desk, shown.category),
        "used": clock_text_of(shown.worked_seconds // 60),
        "respond_target": clock_text_of(shown.target.respond_minutes),
        "resolve_target": clock_text_of(shown.target.resolve_minutes),
        "notes": shown.notes.select_related("by"),
        "attachments": shown.attachments.select_related("held", "by"),
        "steps": shown.steps.select_related("done_by"),
        "moments": shown.moments.select_related("by"),
        "calls": shown.calls.select_related("operator"),
        "callbacks": shown.callbacks.all(),
        "related": shown.related.exclude(merged_into=shown),
        "faults": Fault.objects.filter(ticket_number=shown.number) if shown.kind == TicketKind.EQUIPMENT else [],
        "may_see_devices": request.user.may("devices.view"),
        "merged": shown.merged.all(),
        "moves": [(state, state.label) for state in TicketState if state in MOVES[TicketState(shown.state)]],
        "with_steps": shown.kind in WITH_STEPS,
        "history": [(event.at, action_word(event.action), event.actor_label) for event in events],
        "watching": shown.watchers.filter(pk=request.user.pk).exists(),
        "is_own": shown.owner_id == request.user.pk,
        "is_closed": shown.state == TicketState.CLOSED,
        "may_work": request.user.may("helpdesk.work"),
        "may_answer_for_city": request.user.may("helpdesk.city") and shown.reported_at is not None,
        "no_person": not takes_personal_data(shown.desk),
        "now": timezone.now(),
        "refusal": refusal,
        "form": sent,
        **forms,
    }
    return render(request, "helpdesk/ticket.html", context, status=INVALID if refusal or sent else 200)
