"""The mails that came in: what became of each, and those that a person has to look at."""

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST, require_safe

from accounts.access import StaffRequest, actor_of, requires
from audit.errors import Refused
from helpdesk.access import desk_for, desks_for
from helpdesk.mails.access import mail_for, mails_for
from helpdesk.mails.actions import mail_open, mail_settle
from helpdesk.mails.keeping import text_of
from helpdesk.models import DeskCode, Mail, MailState
from live.grants import grant
from vault.actions import object_read
from vault.responses import object_response

PER_PAGE = 50
CONFLICT = 409


@require_safe
@requires("helpdesk.work")
def mails(request: StaffRequest) -> HttpResponse:
    desk = desk_for(request.user, request.GET.get("desk", ""))
    state = request.GET.get("state", "")
    state = state if state in MailState.values else ""
    found = mails_for(request.user).filter(desk=desk).select_related("ticket", "settled_by")
    found = found.filter(state=state) if state else found
    context = {
        "live_grant": grant(request, [f"helpdesk:{desk}"]),
        "desk": desk,
        "desks": [(code, DeskCode(code).label) for code in desks_for(request.user)],
        "state": state,
        "states": MailState.choices,
        "page": Paginator(found.order_by("-received_at"), PER_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "helpdesk/mails/list.html", context)


@require_safe
@requires("helpdesk.work")
def mail(request: StaffRequest, pk: int) -> HttpResponse:
    return _page(request, mail_for(request.user, pk))


def _page(request: StaffRequest, shown: Mail, refusal: str = "") -> HttpResponse:
    """The words of what was kept; that somebody looked is written down."""
    text = ""
    if shown.held:
        try:
            text = text_of(object_read(held=shown.held, by=actor_of(request), purpose="inquiry"), shown.held.media_type)
        except Refused as gone:
            refusal = refusal or gone.message
    waits = shown.state in (MailState.ASIDE, MailState.AUTOMATIC) and not shown.settled_at
    context = {"mail": shown, "text": text, "refusal": refusal, "waits": waits}
    return render(request, "helpdesk/mails/mail.html", context, status=CONFLICT if refusal else 200)


@require_safe
@requires("helpdesk.work")
def original(request: StaffRequest, pk: int) -> HttpResponse:
    """The mail as it came, as a download of no known type. Raises Http404 where it was not kept."""
    shown = mail_for(request.user, pk)
    if shown.held is None:
        raise Http404
    response = object_response(request, held=shown.held, by=actor_of(request), purpose="inquiry")
    response["Content-Type"] = "application/octet-stream"
    response["Content-Disposition"] = content_disposition_header(True, f"mail-{shown.pk}.eml")
    return response


@require_POST
@requires("helpdesk.work")
def to_ticket(request: StaffRequest, pk: int) -> HttpResponse:
    shown = mail_for(request.user, pk)
    try:
        ticket = mail_open(mail=shown, by=actor_of(request))
    except Refused as refused:
        return _page(request, shown, refused.message)
    return redirect("helpdesk:ticket", ticket.pk)


@require_POST
@requires("helpdesk.work")
def settle(request: StaffRequest, pk: int) -> HttpResponse:
    shown = mail_for(request.user, pk)
    try:
        mail_settle(mail=shown, by=actor_of(request))
    except Refused as refused:
        return _page(request, shown, refused.message)
    response = redirect("helpdesk:mails")
    response["Location"] += f"?desk={shown.desk}"
    return response
