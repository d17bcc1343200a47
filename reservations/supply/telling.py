"""Messages to people who lost their time, with a link of their own to choose another, or who got it back."""

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext, gettext_noop

from audit.actors import Actor
from notifications.actions import message_queue
from postoffices.city import current_city
from reservations import mails
from reservations.models import Orphaning, Reservation
from reservations.tokens import new_token, token_hash

PURPOSE = "orphaned"
RESTORED = "restored"


def orphans_told(orphanings: list[Orphaning], *, by: Actor) -> int:
    """Queue one message for each record that has an address and was not told before; returns how many.

    The first link of a booking is stored as a hash and cannot be written again: the message carries a new one,
    which opens the same booking. Part of the actions.
    """
    told = [orphaning for orphaning in orphanings if orphaning.reservation.email and orphaning.told_at is None]
    for orphaning in told:
        token = new_token()
        orphaning.link_hash = token_hash(token)
        orphaning.told_at = timezone.now()
        _queue(
            PURPOSE, orphaning.reservation, key=f"orphaning:{orphaning.pk}", token=token, by=by, reason=orphaning.reason
        )
    Orphaning.objects.bulk_update(told, ["link_hash", "told_at"], batch_size=500)
    return len(told)


def restored_told(reservation: Reservation, *, by: Actor) -> None:
    """Tell that the old time stands again, and remind of it."""
    if reservation.email:
        _queue(RESTORED, reservation, key=f"reservation:{reservation.pk}:restored:{reservation.changes}", by=by)
        mails.reminders_queue(reservation, by=by)


TITLES = {
    PURPOSE: gettext_noop("ご予約の日時に受付ができなくなりました（日時の選び直しのお願い）"),
    RESTORED: gettext_noop("ご予約の日時に受付できるようになりました"),
}


def _queue(purpose: str, reservation: Reservation, *, key: str, by: Actor, token: str = "", reason: str = "") -> None:
    with translation.override(reservation.language):
        title, body = _written(purpose, reservation, token, reason)
    message_queue(
        key=key, purpose=purpose, recipient=reservation.email, title=title, body=body, about=reservation, by=by
    )


def _written(purpose: str, reservation: Reservation, token: str, reason: str) -> tuple[str, str]:
    """Title and body in the language of the moment; the reason stays as the bureau typed it."""
    city = current_city()
    context = {
        "reservation": reservation,
        "procedure": reservation.procedure,
        "office": reservation.office,
        "city": city,
        "reason": reason,
        "link": f"{settings.PUBLIC_URL}/r/{token}/" if token else "",
        "find": f"{settings.PUBLIC_URL}/r/find/",
    }
    title = gettext("【%(city)s】%(title)s") % {"city": city.local_name, "title": gettext(TITLES[purpose])}
    return title, render_to_string(f"reservations/mail/{purpose}.txt", context)
