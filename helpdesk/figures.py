"""Figures of the desks from the log itself: one statement a table, so that every figure equals its records."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import models
from django.db.models import Avg, Count, F, Q
from django.db.models.functions import ExtractHour, TruncDate, TruncMonth
from django.utils import timezone

from helpdesk.desks import all_categories, category_name
from helpdesk.models import FIRST_CONTACT, Call, CallState, Ticket, TicketState
from writing.dates import day_text, month_text


class By(models.TextChoices):
    HOUR = "hour", "時間帯"
    DAY = "day", "日"
    MONTH = "month", "月"
    CATEGORY = "category", "分類"
    OFFICE = "office", "拠点"
    OPERATOR = "operator", "担当者"


@dataclass(frozen=True, slots=True)
class Row:
    """One line. `offered` is everything that rang within the hours: answered, abandoned, and what rings now."""

    label: str
    offered: int
    answered: int
    abandoned: int
    outside: int
    handled: int
    first_contact: int
    waited: float | None
    talked: float | None
    wrapped: float | None

    @property
    def answer_rate(self) -> float | None:
        return self.answered / self.offered if self.offered else None

    @property
    def first_contact_rate(self) -> float | None:
        return self.first_contact / self.handled if self.handled else None


ANSWERED = Q(answered_at__isnull=False)
COUNTS: dict[str, Any] = {
    "offered": Count("pk", filter=~Q(state=CallState.OUTSIDE_HOURS)),
    "answered": Count("pk", filter=ANSWERED),
    "abandoned": Count("pk", filter=Q(state=CallState.ABANDONED)),
    "outside": Count("pk", filter=Q(state=CallState.OUTSIDE_HOURS)),
    "handled": Count("pk", filter=ANSWERED & Q(handled_at__isnull=False)),
    "first_contact": Count("pk", filter=ANSWERED & Q(handled_at__isnull=False, result__in=FIRST_CONTACT)),
    "waited": Avg(F("answered_at") - F("offered_at"), filter=ANSWERED),
    "talked": Avg(F("ended_at") - F("answered_at"), filter=ANSWERED),
    "wrapped": Avg(F("handled_at") - F("ended_at"), filter=Q(handled_at__gte=F("ended_at"))),
}
GROUPS: dict[By, Any] = {
    By.HOUR: ExtractHour("offered_at"),
    By.DAY: TruncDate("offered_at"),
    By.MONTH: TruncMonth("offered_at"),
    By.CATEGORY: F("category"),
    By.OFFICE: F("office__name"),
    By.OPERATOR: F("operator__display_name"),
}


def calls_of(desk: str, first: date, last: date) -> models.QuerySet[Call]:
    """The desk's calls from `first` to `last`, both included, by the moment they rang."""
    begins, ends = _begin(first), _begin(last + timedelta(days=1))
    return Call.objects.filter(desk=desk, offered_at__gte=begins, offered_at__lt=ends)


def _begin(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def rows_by(by: By, desk: str, first: date, last: date) -> list[Row]:
    """One query."""
    calls = calls_of(desk, first, last).order_by()
    grouped: Iterable[dict[str, Any]] = calls.values(group=GROUPS[by]).annotate(**COUNTS).order_by("group")  # type: ignore[assignment]  # rows of values()
    return [_row(_label(by, desk, found["group"]), found) for found in grouped]


def total(desk: str, first: date, last: date) -> Row:
    """One query."""
    return _row("計", calls_of(desk, first, last).order_by().aggregate(**COUNTS))


def _row(label: str, found: dict[str, Any]) -> Row:
    counts: dict[str, Any] = {name: found[name] for name in COUNTS}
    for name in ("waited", "talked", "wrapped"):
        counts[name] = _seconds(found[name])
    return Row(label=label, **counts)


def _seconds(length: timedelta | None) -> float | None:
    return length.total_seconds() if length is not None else None


def _label(by: By, desk: str, group: Any) -> str:
    match by:
        case By.HOUR:
            return f"{int(group)}時台"
        case By.DAY:
            return day_text(group)
        case By.MONTH:
            return month_text(timezone.localtime(group).date())
        case By.CATEGORY:
            return category_name(desk, group) or "（分類なし）"
        case By.OFFICE:
            return group or "（拠点なし）"
        case _:
            return group or "（担当者なし）"


@dataclass(frozen=True, slots=True)
class MonthRow:
    """A month's calls by category, in the order of the categories, and their sum."""

    label: str
    counts: list[int]

    @property
    def sum(self) -> int:
        return sum(self.counts)


@dataclass(frozen=True, slots=True)
class MonthTable:
    """入電件数【月別】: months by categories, as the cities count them (Kurume 10(1)②)."""

    titles: list[str]
    rows: list[MonthRow]

    @property
    def totals(self) -> MonthRow:
        columns = zip(*(row.counts for row in self.rows), strict=True) if self.rows else []
        return MonthRow("計", [sum(column) for column in columns])


def month_table(desk: str, first: date, last: date) -> MonthTable:
    """Calls that rang within the hours. Those without a category stand in a column of their own. One query."""
    within = calls_of(desk, first, last).exclude(state=CallState.OUTSIDE_HOURS).order_by()
    grouped = within.values(month=TruncMonth("offered_at"), code=F("category")).annotate(count=Count("pk"))
    counted = {(found["month"], found["code"]): found["count"] for found in grouped}
    named = [held.code for held in all_categories(desk)]
    others = sorted({code for _month, code in counted} - set(named))
    codes = [*named, *others]
    months = sorted({month for month, _code in counted})
    rows = [
        MonthRow(month_text(timezone.localtime(month).date()), [counted.get((month, code), 0) for code in codes])
        for month in months
    ]
    return MonthTable([category_name(desk, code) or "（分類なし）" for code in codes], rows)


@dataclass(frozen=True, slots=True)
class TicketFigures:
    """Inquiries that came in, how many were solved in time, and how soon the city was told and looked."""

    opened: int
    resolved: int
    in_time: int
    responded_in_time: int
    reported: int
    told_seconds: float | None
    seen_seconds: float | None


def ticket_figures(desk: str, first: date, last: date) -> TicketFigures:
    """One query."""
    tickets = Ticket.objects.filter(
        desk=desk, opened_at__gte=_begin(first), opened_at__lt=_begin(last + timedelta(days=1))
    )
    found = tickets.aggregate(
        opened=Count("pk"),
        resolved=Count("pk", filter=Q(state__in=[TicketState.RESOLVED, TicketState.CLOSED])),
        in_time=Count("pk", filter=Q(resolved_in_time=True)),
        responded_in_time=Count("pk", filter=Q(responded_in_time=True)),
        reported=Count("pk", filter=Q(reported_at__isnull=False)),
        told=Avg(F("reported_at") - F("known_at")),
        seen=Avg(F("seen_at") - F("reported_at")),
    )
    told, seen = _seconds(found.pop("told")), _seconds(found.pop("seen"))
    return TicketFigures(**found, told_seconds=told, seen_seconds=seen)
