"""Which mails somebody reaches: those to their desks."""

from django.http import Http404

from accounts.models import User
from helpdesk.access import desks_for
from helpdesk.models import Mail, MailQuerySet

BIGINT = 2**63


def mails_for(user: User) -> MailQuerySet:
    return Mail.objects.filter(desk__in=desks_for(user))


def mail_for(user: User, pk: int) -> Mail:
    """Raises Http404."""
    found = mails_for(user).select_related("held", "ticket").filter(pk=pk).first() if pk < BIGINT else None
    if found is None:
        raise Http404
    return found
