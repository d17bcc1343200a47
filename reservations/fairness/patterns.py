"""Patterns that people rarely make. Each is one query with a bounded answer."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count, F, Max, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from reservations.fairness.records import Bucket, Step
from reservations.fairness.rule import ACTIVE
from reservations.models import Reservation, ReservationState

ROWS = 20
# From here on somebody should look. Below, a family or an office with one address is the likelier story.
MANY_HOLDS = 20
MANY_BOOKINGS = 4
MANY_CANCELLED = 3
MANY_NAMES = 3
CHURN_DAYS = 14
LAST_DIGITS = 4
SHORT = 8


@dataclass(frozen=True, slots=True)
class Network:
    """A network today: seats held, bookings made of them, what was refused. `name` is part of a keyed hash."""

    name: str
    holds: int
    bookings: int
    refused: int


@dataclass(frozen=True, slots=True)
class Suspicion:
    """`who` is masked; `count` is of what the table's head says; `last` when it happened last."""

    who: str
    count: int
    last: Any


def networks_holding() -> list[Network]:
    """Networks that held many seats today and booked few of them."""
    booked = Bucket.objects.filter(step=Step.BOOK, subject=OuterRef("subject"), day=timezone.localdate())
    rows = (
        Bucket.objects.filter(step=Step.HOLD, day=timezone.localdate())
        .annotate(bookings=Coalesce(Subquery(booked.values("allowed")[:1]), 0))
        .annotate(idle=F("allowed") - F("bookings"))
        .filter(Q(idle__gte=MANY_HOLDS) | Q(refused__gt=0))
        .order_by("-idle")[:ROWS]
    )
    return [Network(row.subject[:SHORT], row.allowed, row.bookings, row.refused) for row in rows]


def refused_today() -> dict[str, int]:
    """How often each limit refused somebody today, by its word."""
    rows = Bucket.objects.filter(day=timezone.localdate(), refused__gt=0).values_list("step").annotate(Sum("refused"))
    return {str(Step(step).label): refused for step, refused in rows.order_by("step")}


def crowded_contacts() -> list[Suspicion]:
    """Telephone numbers with many active bookings ahead; only their last digits are shown."""
    ahead = Reservation.objects.filter(state__in=ACTIVE, slot__starts_at__gt=timezone.now())
    rows = ahead.values("phone").annotate(count=Count("pk"), last=Max("booked_at")).filter(count__gte=MANY_BOOKINGS)
    return [
        Suspicion(f"…{row['phone'][-LAST_DIGITS:]}", row["count"], row["last"])
        for row in rows.order_by("-count", "-last")[:ROWS]
    ]


def churning_persons() -> list[Suspicion]:
    """People who book and cancel again and again."""
    since = timezone.now() - timedelta(days=CHURN_DAYS)
    cancelled = Reservation.objects.filter(state=ReservationState.CANCELLED, cancelled_at__gte=since).exclude(
        person_key=""
    )
    rows = cancelled.values("person_key").annotate(count=Count("pk"), last=Max("cancelled_at"))
    many = rows.filter(count__gte=MANY_CANCELLED).order_by("-count", "-last")[:ROWS]
    return [Suspicion(row["person_key"][:SHORT], row["count"], row["last"]) for row in many]


def many_names() -> list[Suspicion]:
    """One telephone number and one birth date under several names: perhaps one person who spells anew each time."""
    since = timezone.now() - timedelta(days=CHURN_DAYS)
    recent = Reservation.objects.filter(booked_at__gte=since)
    rows = recent.values("phone", "birth_date").annotate(
        count=Count("person_key", distinct=True), last=Max("booked_at")
    )
    many = rows.filter(count__gte=MANY_NAMES).order_by("-count", "-last")[:ROWS]
    return [Suspicion(f"…{row['phone'][-LAST_DIGITS:]}", row["count"], row["last"]) for row in many]
