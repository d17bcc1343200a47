"""Messages to people who lost their time, with a link of their own to choose another, or who got it back."""

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone

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
        _queue(PURPOSE, orphaning.reservation, key=f"orphaning:{orphaning.pk}", token=token, by=by, orphaning=orphaning)
    Orphaning.objects.bulk_update(told, ["link_hash", "told_at"], batch_size=500)
    return len(told)


def restored_told(reservation: Reservation, *, by: Actor) -> None:
    """Tell that the old time stands again, and remind of it."""
    if reservation.email:
        _queue(RESTORED, reservation, key=f"reservation:{reservation.pk}:restored:{reservation.changes}", by=by)
        mails.reminders_queue(reservation, by=by)


TITLES = {
    PURPOSE: "ご予約の日時に受付ができなくなりました（日時の選び直しのお願い）",
    RESTORED: "ご予約の日時に受付できるようになりました",
}


def _queue(
    purpose: str, reservation: Reservation, *, key: str, by: Actor, token: str = "", orphaning: Orphaning | None = None
) -> None:
    city = current_city()
    context = {
        "reservation": reservation,
        "procedure": reservation.procedure,
        "office": reservation.office,
        "city": city,
        "orphaning": orphaning,
        "link": f"{settings.PUBLIC_URL}/r/{token}/" if token else "",
        "find": f"{settings.PUBLIC_URL}/r/find/",
    }
    message_queue(
        key=key,
        purpose=purpose,
        recipient=reservation.email,
        title=f"【{city.name}】{TITLES[purpose]}",
        body=render_to_string(f"reservations/mail/{purpose}.txt", context),
        about=reservation,
        by=by,
    )
