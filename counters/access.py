"""What a member of staff may reach in this room: a clerk, the visits of the own office."""

from django.http import Http404

from accounts.models import User
from counters.models import Visit
from postoffices.access import own_office


def visit_for(user: User, pk: int) -> Visit:
    """A visit of the clerk's own office. Raises Http404 for any other."""
    visit = (
        Visit.objects.filter(pk=pk, office=own_office(user))
        .select_related("office", "procedure", "reservation__slot", "application__signature", "application__applicant")
        .first()
    )
    if visit is None:
        raise Http404
    return visit
