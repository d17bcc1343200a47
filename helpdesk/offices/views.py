"""The office's questions to the helpdesk: list, form, and one with its answers."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import StaffRequest, actor_of, requires
from audit.errors import Refused
from helpdesk.actions.telling import office_topic
from helpdesk.desks import category_name, desk_now, desk_of
from helpdesk.models import DeskCode, NoteKind, Ticket, TicketState
from helpdesk.offices.access import office_question_for
from helpdesk.offices.actions import office_add, office_ask, office_confirm, office_read
from helpdesk.offices.forms import AddForm, AskForm
from live.grants import grant
from postoffices.access import own_office

INVALID = 422
PER_PAGE = 30
# What the desk writes for itself, or the city for the desk, is not the office's to read.
SHOWN_NOTES = (NoteKind.OUTSIDE, NoteKind.RECEIVED)


@require_safe
@requires("helpdesk.ask")
def office_questions(request: StaffRequest) -> HttpResponse:
    """What the office asked, answered ones that nobody has read first."""
    office = own_office(request.user)
    live_grant = grant(request, [office_topic(office.pk)])
    asked = Ticket.objects.of_office(office)
    unread = set(asked.unread_by_office().values_list("pk", flat=True))
    page = Paginator(asked.for_list().select_related("asked_by"), PER_PAGE).get_page(request.GET.get("page"))
    rows = [(held, category_name(held.desk, held.category), held.pk in unread) for held in page]
    context = {
        "live_grant": live_grant,
        "office": office,
        "page": page,
        "rows": sorted(rows, key=lambda row: not row[2]),
        "desk": desk_of(DeskCode.HELPDESK),
        "now_of_desk": desk_now(DeskCode.HELPDESK),
    }
    return render(request, "helpdesk/offices/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("helpdesk.ask")
def office_new(request: StaffRequest) -> HttpResponse:
    office = own_office(request.user)
    form = AskForm(request.POST if request.method == "POST" else None)
    refusal = ""
    if form.is_bound and form.is_valid():
        try:
            made = office_ask(asked=form.asked(office), key=form.cleaned_data["key"], by=actor_of(request))
        except Refused as refused:
            refusal = refused.message
        else:
            messages.success(request, f"ヘルプデスクに送りました（{made.number}）。回答は、この画面に届きます。")
            return redirect("helpdesk:office_question", made.pk)
    context = {"form": form, "refusal": refusal, "now_of_desk": desk_now(DeskCode.HELPDESK), "office": office}
    context["desk"] = desk_of(DeskCode.HELPDESK)
    return render(request, "helpdesk/offices/new.html", context, status=INVALID if refusal or form.errors else 200)


@require_safe
@requires("helpdesk.ask")
def office_question(request: StaffRequest, pk: int) -> HttpResponse:
    """The question with its answers; looking at them takes it off the start page."""
    return _page(request, office_question_for(request.user, pk), AddForm())


def _page(request: StaffRequest, shown: Ticket, form: AddForm, refusal: str = "") -> HttpResponse:
    live_grant = grant(request, [office_topic(own_office(request.user).pk)])
    office_read(ticket=shown, by=actor_of(request))
    context = {
        "live_grant": live_grant,
        "ticket": shown,
        "category_name": category_name(shown.desk, shown.category),
        "notes": shown.notes.filter(kind__in=SHOWN_NOTES).select_related("by"),
        "is_closed": shown.state == TicketState.CLOSED,
        "is_with_city": shown.state == TicketState.ESCALATED,
        "form": form,
        "refusal": refusal,
    }
    status = INVALID if refusal or form.errors else 200
    return render(request, "helpdesk/offices/question.html", context, status=status)


@require_POST
@requires("helpdesk.ask")
def office_more(request: StaffRequest, pk: int) -> HttpResponse:
    shown = office_question_for(request.user, pk)
    form = AddForm(request.POST)
    if not form.is_valid():
        return _page(request, shown, form)
    try:
        office_add(
            ticket=shown, text=form.cleaned_data["text"], key=str(form.cleaned_data["key"]), by=actor_of(request)
        )
    except Refused as refused:
        return _page(request, shown, form, refused.message)
    messages.success(request, "書き足しました。ヘルプデスクに届いています。")
    return redirect("helpdesk:office_question", pk)


@require_POST
@requires("helpdesk.ask")
def office_solved(request: StaffRequest, pk: int) -> HttpResponse:
    shown = office_question_for(request.user, pk)
    try:
        office_confirm(ticket=shown, by=actor_of(request))
    except Refused as refused:
        return _page(request, shown, AddForm(), refused.message)
    messages.success(request, f"{shown.number} を解決済みにしました。")
    return redirect("helpdesk:office_questions")
