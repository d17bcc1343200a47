"""Messages to people who lost their time, with a link of their own to choose another, or who got it back."""

from collections.abc import Callable, Iterable
from typing import TypeVar

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

T = TypeVar("T")
PURPOSE = "orphaned"
RESTORED = "restored"


def orphans_told(orphanings: list[Orphaning], *, by: Actor) -> int:
    """Queue one message for each record that has an address and was not told before; returns how many.

    People who booked together get one between them: it names all of them, and its link opens the booking for all.

    The first link of a booking is stored as a hash and cannot be written again: the message carries a new one,
    which opens the same booking. Part of the actions.
    """
    told = [orphaning for orphaning in orphanings if orphaning.reservation.email and orphaning.told_at is None]
    for together in _parties(told, lambda orphaning: orphaning.reservation):
        token = new_token()
        together[0].link_hash = token_hash(token)
        for orphaning in together:
            orphaning.told_at = timezone.now()
        _queue(
            PURPOSE,
            [orphaning.reservation for orphaning in together],
            key=f"orphaning:{together[0].pk}",
            token=token,
            by=by,
            reason=together[0].reason,
        )
    Orphaning.objects.bulk_update(told, ["link_hash", "told_at"], batch_size=500)
    return len(told)


def restored_told(restored: Iterable[Reservation], *, by: Actor) -> None:
    """Tell that the old time stands again, and remind of it; a party once."""
    for together in _parties(restored, lambda reservation: reservation):
        speaking = next((held for held in together if held.speaks), together[0])
        if speaking.email:
            key = f"reservation:{speaking.pk}:restored:{speaking.changes}"
            _queue(RESTORED, together, key=key, by=by)
            if speaking.speaks:
                mails.reminders_queue(speaking, by=by)


def _parties(rows: Iterable[T], booking_of: Callable[[T], Reservation]) -> list[list[T]]:
    """The rows by party, in the order of its people; who came alone stands alone."""
    found: dict[object, list[T]] = {}
    for row in sorted(rows, key=lambda row: booking_of(row).place):
        booking = booking_of(row)
        found.setdefault(booking.party or booking.pk, []).append(row)
    return list(found.values())


TITLES = {
    PURPOSE: gettext_noop("ご予約の日時に受付ができなくなりました（日時の選び直しのお願い）"),
    RESTORED: gettext_noop("ご予約の日時に受付できるようになりました"),
}


def _queue(purpose: str, people: list[Reservation], *, key: str, by: Actor, token: str = "", reason: str = "") -> None:
    reservation = people[0]
    with translation.override(reservation.language):
        title, body = _written(purpose, people, token, reason)
    message_queue(
        key=key, purpose=purpose, recipient=reservation.email, title=title, body=body, about=reservation, by=by
    )


def _written(purpose: str, people: list[Reservation], token: str, reason: str) -> tuple[str, str]:
    """Title and body in the language of the moment; the reason stays as the bureau typed it."""
    city = current_city()
    reservation = people[0]
    context = {
        "reservation": reservation,
        "people": people,
        "procedure": reservation.procedure,
        "office": reservation.office,
        "city": city,
        "reason": reason,
        "link": f"{settings.PUBLIC_URL}/r/{token}/" if token else "",
        "find": f"{settings.PUBLIC_URL}/r/find/",
    }
    title = gettext("【%(city)s】%(title)s") % {"city": city.local_name, "title": gettext(TITLES[purpose])}
    return title, render_to_string(f"reservations/mail/{purpose}.txt", context)
