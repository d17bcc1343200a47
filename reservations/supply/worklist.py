"""The worklist of bookings that lost their time, and what has become of those of a stop."""

from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Cast

from accounts.models import User
from notifications.models import Message
from postoffices.models import Stop
from reservations.access import reservations_in_scope
from reservations.models import Orphaning, Reservation, ReservationState
from reservations.supply.telling import PURPOSE

ORPHAN_CHOICES = {"all": "すべて", "call": "電話で案内する", "mail": "メールを送る", "told": "案内済み"}


@dataclass(frozen=True, slots=True)
class StopStanding:
    """Bookings that a stop took the time from: how many, told by mail, to be called; and those still without a time."""

    concerned: int
    told: int
    to_call: int
    waiting: int


def orphans(user: User, todo: str = "all") -> QuerySet[Orphaning]:
    """Bookings without a time within the person's scope, the soonest first, each with the state of its message.

    A booking that lost its time twice stands there once, with the last record. Two queries with the page's count.
    """
    last = Orphaning.objects.filter(reservation=OuterRef("reservation")).order_by("-pk").values("pk")[:1]
    return (
        Orphaning.objects.open()
        .filter(reservation__in=reservations_in_scope(user).order_by().values("pk"), pk=Subquery(last))
        .filter(_todo(todo))
        .select_related("reservation__slot", "reservation__office", "reservation__procedure", "stop")
        .annotate(message_state=Subquery(_message_state()))
        .order_by("reservation__slot__starts_at", "pk")
    )


def _todo(todo: str) -> Q:
    without_mail, told = Q(reservation__email=""), Q(told_at__isnull=False) | Q(called_at__isnull=False)
    return {"call": without_mail & ~told, "mail": ~without_mail & ~told, "told": told}.get(todo, Q())


def _message_state() -> QuerySet[Message, Any]:
    about = Message.objects.filter(
        purpose=PURPOSE, subject_type=Reservation._meta.label_lower, subject_id=_text(OuterRef("reservation"))
    )
    return about.order_by("-pk").values("state")[:1]


def _text(reference: OuterRef) -> Cast:
    return Cast(reference, CharField())


def counts(user: User) -> dict[str, int]:
    """How many bookings stand in each part of the worklist."""
    return {name: orphans(user, name).count() for name in ORPHAN_CHOICES}


def stop_standing(stop: Stop) -> StopStanding:
    """Four counts over the stop's bookings."""
    held = Orphaning.objects.filter(stop=stop)
    waiting = held.filter(reservation__state=ReservationState.ORPHANED)
    return StopStanding(
        concerned=held.count(),
        told=held.filter(told_at__isnull=False).count(),
        to_call=waiting.filter(told_at__isnull=True, called_at__isnull=True).count(),
        waiting=waiting.count(),
    )
