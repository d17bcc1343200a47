"""Keys that seal pictures on a tablet until they have arrived (docs/decisions/0080)."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from audit.actions import record
from audit.actors import Actor
from counters.models import Visit, VisitState
from review.errors import VisitOver
from review.models import TabletKey
from vault.pieces import wrapped_key_new

# A picture that did not leave the tablet within a day belongs to somebody who has long gone home.
KEY_AGE = timedelta(hours=24)
AT_THE_COUNTER = (VisitState.SERVING, VisitState.AWAITING_REVIEW)


@transaction.atomic
def tablet_key_get(*, visit: Visit, user: User, by: Actor) -> TabletKey:
    """The worker's key for this visit; made at the first call. Raises VisitOver unless the person is at the counter."""
    # The visit's end waits for this, or this for it: no key is made behind an ended visit's back.
    held = Visit.objects.select_for_update(of=("self",)).get(pk=visit.pk)
    if held.state not in AT_THE_COUNTER:
        raise VisitOver
    key, made = TabletKey.objects.get_or_create(visit=held, user=user, defaults={"wrapped_key": wrapped_key_new()})
    if made:
        record(action="case.tablet_key_made", subject=held, by=by)
    return key


@transaction.atomic
def tablet_keys_erase(*, visit: Visit, by: Actor) -> None:
    """Make whatever still lies on tablets for this visit unreadable."""
    gone, _each = TabletKey.objects.filter(visit=visit).delete()
    if gone:
        record(action="case.tablet_key_erased", subject=visit, by=by, detail={"keys": gone})


@transaction.atomic
def tablet_keys_erase_old(*, by: Actor, now: datetime | None = None) -> None:
    """Erase the keys of visits that nobody ended."""
    before = (now or timezone.now()) - KEY_AGE
    for visit in Visit.objects.filter(pk__in=TabletKey.objects.filter(made_at__lt=before).values("visit")):
        tablet_keys_erase(visit=visit, by=by)
