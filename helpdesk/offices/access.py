"""Which questions somebody at an office reaches: all that their own office asked."""

from django.http import Http404

from accounts.models import User
from helpdesk.models import Ticket, TicketQuerySet
from postoffices.access import own_office

BIGINT = 2**63


def questions_for(user: User) -> TicketQuerySet:
    """Raises Http404 for somebody without an office."""
    return Ticket.objects.of_office(own_office(user))


def office_question_for(user: User, pk: int) -> Ticket:
    """Raises Http404."""
    found = questions_for(user).select_related("asked_by", "office").filter(pk=pk).first() if pk < BIGINT else None
    if found is None:
        raise Http404
    return found
