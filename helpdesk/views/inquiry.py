"""The citizens' inquiry form. Sending it twice is one inquiry; nothing is kept in the browser."""

from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.networks import client_address
from audit.actors import Actor
from audit.errors import Refused
from helpdesk.actions import ticket_open
from helpdesk.desks import desk_now
from helpdesk.errors import TooManyInquiries
from helpdesk.inquiry import InquiryForm
from helpdesk.models import DeskCode, TicketChannel
from postoffices.city import current_city
from reservations.citizen.personal import personal_page
from reservations.citizen.road import posted
from reservations.fairness.errors import TooOften
from reservations.fairness.keys import contact_key, network_key
from reservations.fairness.limits import Use, take
from reservations.fairness.records import Step

CONFLICT, INVALID = 409, 422
SALT = "helpdesk.inquiry"


@personal_page
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    form = InquiryForm(posted(request))
    refusal = ""
    if form.is_valid():
        try:
            return HttpResponseRedirect(_taken(request, form))
        except Refused as refused:
            refusal = refused.message
    context = {"form": form, "refusal": refusal, "now": desk_now(DeskCode.CITIZEN)}
    status = CONFLICT if refusal else INVALID if form.errors else 200
    return render(request, "helpdesk/citizen/ask.html", context, status=status)


def _taken(request: HttpRequest, form: InquiryForm) -> str:
    """The address of the page that says it arrived. Raises TooManyInquiries: each one sends a mail."""
    rules, typed = current_city().rules.fairness, form.cleaned_data
    keys = {contact_key(typed[name]) for name in ("email", "phone") if typed[name]}
    uses = [Use(Step.CONTACT, key, rules.tries_per_contact) for key in keys]
    try:
        take([Use(Step.WAIT, network_key(client_address(request)), rules.bookings), *uses])
    except TooOften:
        raise TooManyInquiries from None
    made = ticket_open(
        desk=DeskCode.CITIZEN,
        channel=TicketChannel.WEB,
        asked=form.asked(),
        key=f"web:{typed['key']}",
        by=Actor.citizen(),
    )
    return f"{reverse('inquiry:sent')}?n={signing.dumps(made.number, salt=SALT)}"


@personal_page
@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    """The inquiry's number, once; the address says nothing to anybody who guesses. Raises Http404."""
    try:
        number = signing.loads(request.GET.get("n", ""), salt=SALT, max_age=3600)
    except signing.BadSignature:
        raise Http404 from None
    return render(request, "helpdesk/citizen/sent.html", {"number": number, "now": desk_now(DeskCode.CITIZEN)})
