"""Whom no mail reaches: the list for the telephone, the evening before, so to say."""

from datetime import date, timedelta
from typing import Any

from django.db.models import CharField, Count, Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from accounts.models import User
from audit.actors import Actor
from notifications.actions import call_note
from notifications.models import Channel, Message, MessageQuerySet, MessageState
from reservations.access import reservations_in_scope
from reservations.deadlines import start_of
from reservations.errors import NothingToRemind
from reservations.models import Reservation, ReservationQuerySet, ReservationState

PURPOSE = "reminder"
CALL_CHOICES = {"open": "まだ電話していない", "missed": "つながらなかった", "done": "電話した", "all": "すべて"}
# Mails that failed for good say that the next one fails too.
IN_VAIN = [MessageState.FAILED, MessageState.BOUNCED]
ON_ITS_WAY = [MessageState.QUEUED, MessageState.CLAIMED, MessageState.TRANSMITTING, MessageState.SENT]


def to_call(user: User) -> ReservationQuerySet:
    """Bookings to come, in the person's scope, whose owner no mail reaches; each with the `call_state` of its time.

    Of people who booked together the one who speaks is called, with how many `others` come along.

    Somebody who gets or got an SMS needs no call; somebody whose mail failed does.
    """
    mails = _messages().filter(channel=Channel.MAIL)
    unreachable = Q(email="") | Exists(mails.filter(state__in=IN_VAIN))
    by_sms = _messages().filter(channel=Channel.SMS, purpose=PURPOSE, state__in=ON_ITS_WAY)
    call = Message.objects.filter(key=_key_of_row(), channel=Channel.CALL).values("state")[:1]
    return (
        reservations_in_scope(user)
        .filter(
            unreachable,
            ~Exists(by_sms),
            state=ReservationState.CONFIRMED,
            speaks=True,
            slot__starts_at__gt=timezone.now(),
        )
        .annotate(call_state=Subquery(call), others=Subquery(_others()))
        .select_related("slot", "office", "procedure")
        .order_by("slot__starts_at", "number")
    )


def _others() -> QuerySet[Reservation, int]:
    """How many come along with the booking of the outer query; None when nobody does."""
    together = Reservation.objects.filter(party=OuterRef("party"), state=ReservationState.CONFIRMED)
    others = together.exclude(pk=OuterRef("pk")).order_by().values("party")
    return others.annotate(others=Count("pk")).values_list("others", flat=True)


def _messages() -> MessageQuerySet:
    """The messages about the booking of the outer query."""
    subject = Cast(OuterRef("pk"), CharField())
    return Message.objects.filter(subject_type=Reservation._meta.label_lower, subject_id=subject)


def _key_of_row() -> Combinable:
    parts = (Value("reservation:"), Cast(OuterRef("pk"), CharField()), Value(":call:"))
    return Concat(*parts, Cast(OuterRef("changes"), CharField()), output_field=CharField())


def call_key(reservation: Reservation) -> str:
    """One call for each time booked: who moved the booking is called again."""
    return f"reservation:{reservation.pk}:call:{reservation.changes}"


def next_day(user: User) -> date:
    """The next local day after today that has somebody to call; tomorrow when there is none. One query."""
    tomorrow = timezone.localdate() + timedelta(days=1)
    first = to_call(user).filter(slot__starts_at__gte=start_of(tomorrow)).values_list("slot__starts_at", flat=True)
    found = first.first()
    return timezone.localdate(found) if found else tomorrow


def of_day(user: User, day: date, todo: str = "all") -> ReservationQuerySet:
    begins, ends = start_of(day), start_of(day + timedelta(days=1))
    rows = to_call(user).filter(slot__starts_at__gte=begins, slot__starts_at__lt=ends)
    return rows.filter(_todo(todo))


def _todo(todo: str) -> Q:
    states = {"open": Q(call_state=None), "missed": Q(call_state=MessageState.UNCERTAIN)}
    return (states | {"done": Q(call_state=MessageState.SENT)}).get(todo, Q())


def counts(user: User, day: date) -> dict[str, int]:
    """How many stand in each part of the list. One query."""
    rows: Any = of_day(user, day)  # the type does not know what was annotated
    states = list(rows.values_list("call_state", flat=True))
    found = {"open": None, "missed": MessageState.UNCERTAIN, "done": MessageState.SENT}
    return {name: states.count(state) for name, state in found.items()} | {"all": len(states)}


def open_calls(user: User, day: date) -> QuerySet[Reservation]:
    """Who has not been reached yet."""
    return of_day(user, day).filter(_todo("open") | _todo("missed"))


def reservation_called(*, reservation: Reservation, reached: bool, by: Actor) -> Message:
    """Note the call that reminds of the time booked now. Raises NothingToRemind when it is no longer booked."""
    current = Reservation.objects.select_related("slot").get(pk=reservation.pk)
    if current.state != ReservationState.CONFIRMED or current.slot.starts_at <= timezone.now():
        raise NothingToRemind
    return call_note(
        key=call_key(current),
        purpose=PURPOSE,
        recipient=current.phone,
        title="ご予約の日の案内（電話）",
        about=current,
        reached=reached,
        by=by,
    )
