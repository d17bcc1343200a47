"""Finds reminders that were never planned: of bookings taken over, or made while the city had other times.

Those whose moment passed while nobody was looking are made up for within a day, by day and before the visit.
"""

from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import CharField, Exists, OuterRef, Q, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from audit.actors import Actor
from notifications.models import Message
from notifications.sms import MOBILE
from postoffices.city import current_city
from postoffices.rules import Reminder
from reservations.deadlines import start_of
from reservations.mails import outside_night, reminder_key, reminders_queue
from reservations.models import Reservation, ReservationQuerySet, ReservationState

# The next sweeps find what lies further ahead.
AHEAD = timedelta(days=2)
# Workers may have been down so long. What is older than that would only surprise.
MADE_UP_FOR = timedelta(days=1)
MOST_PER_RUN = 2000


def reminders_plan_missing(*, by: Actor) -> int:
    """Plan what should go out within AHEAD and stands nowhere; returns for how many bookings.

    Running it again plans nothing twice. A booking made or moved after the moment is not reminded: its mail has
    just told the time.
    """
    found = 0
    since = timezone.now() - MADE_UP_FOR
    for reminder in current_city().rules.reminders:
        for booking in _missing(reminder)[: MOST_PER_RUN - found]:
            reminders_queue(booking, since=since, by=by)
            found += 1
    return found


def _missing(reminder: Reminder) -> ReservationQuerySet:
    """Bookings without this reminder. Its moment is the same for a whole day's bookings."""
    now = timezone.now()
    first = timezone.localdate(now) + timedelta(days=reminder.days_before)
    wanted = Q(pk=None)
    for day in (first + timedelta(days=further) for further in range(-MADE_UP_FOR.days, AHEAD.days + 1)):
        moment = outside_night(reminder.moment(start_of(day)))
        if moment > now:
            wanted |= _of_day(day, moment) & _without(reminder, moment)
        elif moment > now - MADE_UP_FOR:
            wanted |= _of_day(day, moment) & _without(reminder, moment) & Q(changed_at__lt=moment)
    confirmed = Reservation.objects.filter(
        wanted, state=ReservationState.CONFIRMED, speaks=True, slot__starts_at__gt=now
    )
    return confirmed.select_related("slot", "office", "procedure").order_by("slot__starts_at", "pk")


def _of_day(day: date, moment: datetime) -> Q:
    begins = max(start_of(day), moment + timedelta(seconds=1))
    return Q(slot__starts_at__gte=begins, slot__starts_at__lt=start_of(day + timedelta(days=1)))


def _without(reminder: Reminder, moment: datetime) -> Q:
    by_mail = ~Q(email="") & ~_planned(moment, "")
    if reminder.sms == "never" or not settings.SMS_GATEWAY:
        return by_mail
    by_sms = Q(phone__regex=f"^{MOBILE.pattern}$") & ~_planned(moment, ":sms")
    return by_mail | (by_sms if reminder.sms == "always" else by_sms & Q(email=""))


def _planned(moment: datetime, channel: str) -> Q:
    when = reminder_key(0, moment).rpartition(":")[2]
    parts = (Value("reservation:"), Cast(OuterRef("pk"), CharField()), Value(":reminder:"))
    more = (Cast(OuterRef("changes"), CharField()), Value(f":{when}{channel}"))
    return Q(Exists(Message.objects.filter(key=Concat(*parts, *more, output_field=CharField()))))
