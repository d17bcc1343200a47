"""Mails about a booking, queued in the booking's own transaction. People without mail get none,
only reminders by SMS where the city sends them.

Of people who booked together one speaks: there is one mail, about that one's booking, and it names all.

Only the first mail carries the citizen's link: its token is known at that moment and stored nowhere.
Later ones point to the page where number and birth date open the booking.
"""

from collections.abc import Sequence
from datetime import datetime, time

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext, gettext_noop

from audit.actors import Actor
from notifications.actions import message_queue, message_withdraw
from notifications.models import Channel, Message
from notifications.sms import takes_sms
from postoffices.city import current_city
from postoffices.rules import Reminder
from reservations.models import Reservation, ReservationState

# Nobody is woken by a reminder: what falls into the night goes out before it, or after it.
NIGHT_BEGINS = time(21)
NIGHT_ENDS = time(8)
BEFORE_NIGHT = time(20, 30)

REMINDED = gettext_noop("ご予約の日が近づきました")
TITLES = {
    "booked": gettext_noop("予約を受け付けました"),
    "changed": gettext_noop("予約の日時を変更しました"),
    "cancelled": gettext_noop("予約を取り消しました"),
    "reminder": REMINDED,
    "details": gettext_noop("ご予約の内容"),
}


def booked_queue(reservation: Reservation, *, token: str, by: Actor) -> None:
    if reservation.email:
        _queue("booked", reservation, key="booked", by=by, link=f"{settings.PUBLIC_URL}/r/{token}/")
    reminders_queue(reservation, by=by)


def changed_queue(reservation: Reservation, *, by: Actor) -> None:
    """Tell of the new time, and remind of it instead of the old one."""
    message_withdraw(about=reservation, purpose="reminder", by=by)
    if reservation.email:
        _queue("changed", reservation, key=f"changed:{reservation.changes}", by=by)
    reminders_queue(reservation, by=by)


def cancelled_queue(cancelled: Sequence[Reservation], *, by: Actor) -> None:
    """One mail about all these bookings of a party."""
    for reservation in cancelled:
        message_withdraw(about=reservation, purpose="reminder", by=by)
    if cancelled[0].email:
        _queue("cancelled", cancelled[0], key="cancelled", by=by, people=cancelled)


def reminders_renew(reservation: Reservation, *, by: Actor) -> None:
    """Write the reminders anew for those who still come."""
    message_withdraw(about=reservation, purpose="reminder", by=by)
    reminders_queue(reservation, by=by)


def details_queue(reservation: Reservation, *, key: str, by: Actor) -> None:
    """The booking's facts once more, for somebody who lost the first mail. `key` makes the wish unique."""
    _queue("details", reservation, key=f"details:{key}", by=by)


def details_are_queued(reservation: Reservation, *, key: str) -> bool:
    return Message.objects.filter(key=f"reservation:{reservation.pk}:details:{key}").exists()


def reminders_queue(reservation: Reservation, *, since: datetime | None = None, by: Actor) -> None:
    """Plan the city's reminders of the time booked now. Planning again plans nothing twice.

    With `since`, also those whose moment has passed since then: they go out at once, by day.
    """
    wanted = [
        reminder for reminder in current_city().rules.reminders if reservation.email or wants_sms(reminder, reservation)
    ]
    if not wanted:
        return  # most bookings by telephone: the slot need not be read
    now, starts_at = timezone.now(), reservation.slot.starts_at
    for reminder in wanted:
        moment = outside_night(reminder.moment(starts_at))
        if not (since or now) < moment < starts_at:
            continue
        key = reminder_key(reservation.changes, moment)
        if reservation.email:
            _queue("reminder", reservation, key=key, by=by, not_before=moment)
        if wants_sms(reminder, reservation):
            _queue_sms(reservation, key=f"{key}:sms", by=by, not_before=moment)


def reminder_key(changes: int, moment: datetime) -> str:
    """One reminder of each booked time and moment."""
    return f"reminder:{changes}:{moment:%Y%m%dT%H%M}"


def wants_sms(reminder: Reminder, reservation: Reservation) -> bool:
    """Whether the city sends this reminder by SMS, to somebody who can receive one."""
    asked = reminder.sms == "always" or (reminder.sms == "without_mail" and not reservation.email)
    return asked and takes_sms(reservation.phone)


def _queue_sms(reservation: Reservation, *, key: str, by: Actor, not_before: datetime) -> None:
    with translation.override(reservation.language):
        context = {"reservation": reservation, "office": reservation.office, "city": current_city()}
        body = render_to_string("reservations/mail/reminder_sms.txt", context).strip()
        title = gettext(REMINDED)
    message_queue(
        key=f"reservation:{reservation.pk}:{key}",
        purpose="reminder",
        recipient=reservation.phone,
        title=title,
        body=body,
        about=reservation,
        by=by,
        channel=Channel.SMS,
        not_before=not_before,
        not_after=reservation.slot.starts_at,
        by_day=True,
    )


def outside_night(moment: datetime) -> datetime:
    """The moment itself, or the nearest decent one of the same local day."""
    local = timezone.localtime(moment)
    if local.time() >= NIGHT_BEGINS:
        return _at(local, BEFORE_NIGHT)
    if local.time() < NIGHT_ENDS:
        return _at(local, NIGHT_ENDS)
    return moment


def _at(local: datetime, wanted: time) -> datetime:
    return local.replace(hour=wanted.hour, minute=wanted.minute, second=0, microsecond=0)


def _queue(
    purpose: str,
    reservation: Reservation,
    *,
    key: str,
    by: Actor,
    link: str = "",
    not_before: datetime | None = None,
    people: Sequence[Reservation] = (),
) -> None:
    with translation.override(reservation.language):
        title, body = _written(purpose, reservation, link, people or who_comes(reservation))
    message_queue(
        key=f"reservation:{reservation.pk}:{key}",
        purpose=purpose,
        recipient=reservation.email,
        title=title,
        body=body,
        about=reservation,
        by=by,
        not_before=not_before,
        not_after=reservation.slot.starts_at if purpose == "reminder" else None,
        by_day=purpose == "reminder",
    )


def who_comes(reservation: Reservation) -> Sequence[Reservation]:
    """The bookings that a message about this one speaks of: itself, or all of its party that have a time."""
    if reservation.party is None:
        return [reservation]
    together = Reservation.objects.together_with(reservation).filter(state=ReservationState.CONFIRMED)
    return list(together.select_related("slot"))


def _written(purpose: str, reservation: Reservation, link: str, people: Sequence[Reservation]) -> tuple[str, str]:
    """Title and body in the language of the moment."""
    city = current_city()
    context = {
        "reservation": reservation,
        "people": people,
        "procedure": reservation.procedure,
        "office": reservation.office,
        "city": city,
        "link": link,
        "find": f"{settings.PUBLIC_URL}/r/find/",
        "home": f"{settings.PUBLIC_URL}/",
    }
    title = gettext("【%(city)s】%(title)s") % {"city": city.local_name, "title": gettext(TITLES[purpose])}
    return title, render_to_string(f"reservations/mail/{purpose}.txt", context)
