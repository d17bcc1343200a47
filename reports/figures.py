"""What a report says, counted from the rows themselves. Reads only; days are local days.

Each measure names the moment that puts a row into the period:

booked        the booking was made (`Reservation.booked_at`)
cancelled     the booking was cancelled (`Reservation.cancelled_at`)
scheduled     the booked time lies in the period and the booking was not cancelled
no_show       scheduled, and the person did not come
arrived       the person came (`Visit.arrived_at`), with or without a booking
finished      the visit ended with an outcome (`Visit.finished_at`)
left          the person went away before the end
supports      help that is counted by itself (`SupportWork.done_at`), unless taken back
fees          receipts that stand (`Receipt.issued_at`), and fees not taken (`Charge.charged_at`)
decided       the city answered an attempt (`Decision.decided_at`)
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Aggregate, Count, DateField, DurationField, ExpressionWrapper, F, Q, QuerySet, Sum
from django.db.models.functions import Trunc
from django.utils import timezone

from applications.models import CheckState, ExistenceCheck
from counters.models import Charge, Outcome, Reason, Receipt, SupportKind, SupportWork, Visit, VisitState
from notifications.models import Message, MessageState
from postoffices.models import Office, Procedure
from reservations.models import BookingChannel, Reservation, ReservationState
from review.models import Decision, Verdict

MEASURES = ("booked", "cancelled", "scheduled", "no_show", "arrived", "walk_in", "finished", "left")


@dataclass(frozen=True, slots=True)
class Period:
    """Local days, both included, and the moments that bound them."""

    first_day: date
    last_day: date

    @property
    def start(self) -> datetime:
        return timezone.make_aware(datetime.combine(self.first_day, time.min))

    @property
    def end(self) -> datetime:
        """The first moment that no longer belongs to the period."""
        return timezone.make_aware(datetime.combine(self.last_day + timedelta(days=1), time.min))

    def holds(self, field: str) -> Q:
        return Q(**{f"{field}__gte": self.start, f"{field}__lt": self.end})

    def days(self) -> Iterator[date]:
        for offset in range((self.last_day - self.first_day).days + 1):
            yield self.first_day + timedelta(days=offset)


class Median(Aggregate):
    """PostgreSQL's exact middle value of an expression."""

    function = "PERCENTILE_CONT"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = DurationField()


def figures(first_day: date, last_day: date) -> dict[str, Any]:
    """All counts of the period as plain values (JSON), so that the report keeps what it said."""
    period = Period(first_day, last_day)
    return {
        "totals": _totals(period),
        "channels": _by_choice(_booked(period), "channel", BookingChannel),
        "outcomes": _by_choice(_finished(period), "outcome", Outcome),
        "reasons": [row for row in _by_choice(_finished(period), "reason", Reason) if row["count"]],
        "supports": _by_choice(_supports(period), "kind", SupportKind),
        "fees": _fees(period),
        "procedures": _by(period, "procedure", {p.pk: p.name for p in Procedure.objects.all()}),
        "wards": _by(period, "office__ward", _ward_names()),
        "offices": _by(period, "office", {o.pk: o.name for o in Office.objects.all()}),
        "days": _by_day(period),
        "review": _review(period),
        "checks": _checks(period),
        "messages": _messages(period),
    }


def _booked(period: Period) -> QuerySet[Reservation]:
    return Reservation.objects.filter(period.holds("booked_at"))


def _cancelled(period: Period) -> QuerySet[Reservation]:
    return Reservation.objects.filter(period.holds("cancelled_at"), state=ReservationState.CANCELLED)


def _scheduled(period: Period) -> QuerySet[Reservation]:
    return Reservation.objects.filter(period.holds("slot__starts_at")).exclude(state=ReservationState.CANCELLED)


def _arrived(period: Period) -> QuerySet[Visit]:
    return Visit.objects.filter(period.holds("arrived_at"))


def _finished(period: Period) -> QuerySet[Visit]:
    return Visit.objects.filter(period.holds("finished_at"), state=VisitState.FINISHED)


def _measures(period: Period) -> dict[str, QuerySet[Any]]:
    return {
        "booked": _booked(period),
        "cancelled": _cancelled(period),
        "scheduled": _scheduled(period),
        "no_show": _scheduled(period).filter(state=ReservationState.NO_SHOW),
        "arrived": _arrived(period),
        "walk_in": _arrived(period).filter(reservation__isnull=True),
        "finished": _finished(period),
        "left": Visit.objects.filter(period.holds("finished_at"), state=VisitState.LEFT),
    }


def _totals(period: Period) -> dict[str, int]:
    return {name: rows.count() for name, rows in _measures(period).items()}


def _by(period: Period, key: str, names: dict[int, str]) -> list[dict[str, Any]]:
    """One row per name that any measure touches, in the names' order, with every measure."""
    counted = {name: _counts(rows, key) for name, rows in _measures(period).items()}
    touched = [pk for pk in names if any(pk in counts for counts in counted.values())]
    return [{"name": names[pk]} | {name: counts.get(pk, 0) for name, counts in counted.items()} for pk in touched]


def _counts(rows: QuerySet[Any], key: str) -> dict[Any, int]:
    return dict(rows.order_by().values_list(key).annotate(number=Count("pk")).values_list(key, "number"))


_DAY_FIELDS = {
    "booked": "booked_at",
    "cancelled": "cancelled_at",
    "scheduled": "slot__starts_at",
    "no_show": "slot__starts_at",
    "arrived": "arrived_at",
    "walk_in": "arrived_at",
    "finished": "finished_at",
    "left": "finished_at",
}


def _by_day(period: Period) -> list[dict[str, Any]]:
    """One row for every day of the period, quiet days included."""
    counted = {
        name: _counts(rows.annotate(day=Trunc(_DAY_FIELDS[name], "day", output_field=DateField())), "day")
        for name, rows in _measures(period).items()
    }
    return [
        {"day": day.isoformat()} | {name: counts.get(day, 0) for name, counts in counted.items()}
        for day in period.days()
    ]


def _by_choice(rows: QuerySet[Any], field: str, choices: type[Any]) -> list[dict[str, Any]]:
    counts = _counts(rows, field)
    return [{"name": str(choice.label), "count": counts.get(choice.value, 0)} for choice in choices]


def _ward_names() -> dict[int, str]:
    return dict(Office.objects.order_by("ward__position").values_list("ward_id", "ward__name"))


def _review(period: Period) -> dict[str, Any]:
    """Answers by verdict, and the middle of the waiting time in whole seconds (None without answers)."""
    decided = Decision.objects.filter(period.holds("decided_at"))
    waited = ExpressionWrapper(F("decided_at") - F("submitted_at"), output_field=DurationField())
    middle = decided.aggregate(middle=Median(waited))["middle"]
    return {
        "verdicts": _by_choice(decided, "verdict", Verdict),
        "median_seconds": round(middle.total_seconds()) if middle is not None else None,
    }


def _supports(period: Period) -> QuerySet[SupportWork]:
    return SupportWork.objects.filter(period.holds("done_at"), taken_back_at__isnull=True)


def _fees(period: Period) -> list[dict[str, Any]]:
    """Receipts that stand, what they come to, and fees that were not taken."""
    receipts = Receipt.objects.standing().filter(period.holds("issued_at"))
    taken = receipts.aggregate(count=Count("pk"), total=Sum("total"))
    exempt = Charge.objects.filter(period.holds("charged_at")).exclude(exemption_code="")
    return [
        {"name": "領収書（枚）", "count": taken["count"]},
        {"name": "領収額（円）", "count": taken["total"] or 0},
        {"name": "免除（件）", "count": exempt.count()},
    ]


def _checks(period: Period) -> list[dict[str, Any]]:
    """What the city answered in the period, by the state it has led to, and what waits as the report is made."""
    answered = ExistenceCheck.objects.filter(period.holds("answered_at")).exclude(state=CheckState.WAITING)
    rows = _by_choice(answered, "state", CheckState)[1:]
    return [*rows, {"name": "確認待ち（作成時）", "count": _checks_waiting()}]


def _checks_waiting() -> int:
    """Bookings still to come that wait for the city's first answer; one without a check waits (decision 0060)."""
    unanswered = Q(existence_check__isnull=True) | Q(existence_check__state=CheckState.WAITING)
    coming = Q(state=ReservationState.CONFIRMED, slot__ends_at__gte=timezone.now())
    return Reservation.objects.filter(unanswered, coming).count()


def _messages(period: Period) -> list[dict[str, Any]]:
    return _by_choice(Message.objects.filter(period.holds("queued_at")), "state", MessageState)
