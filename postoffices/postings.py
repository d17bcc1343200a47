"""Which office a clerk belongs to: the only writer of postings."""

from django.db import transaction

from accounts.models import User
from audit.actions import record
from audit.actors import Actor
from postoffices.models import Office, Posting


@transaction.atomic
def posting_assign(*, user: User, office: Office, by: Actor) -> Posting:
    """Post the person to the office; an earlier posting ends. Nothing is written if it is the same office."""
    User.objects.select_for_update().get(pk=user.pk)
    posting = Posting.objects.filter(user=user).first() or Posting(user=user)
    if posting.pk and posting.office_id == office.pk:
        return posting
    posting.office = office
    posting.save()
    record(action="posting_assigned", subject=posting, by=by, detail={"office": office.code, "user": user.pk})
    return posting
