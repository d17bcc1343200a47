"""Figures of the desks from the log itself: every figure is counted anew and equals its records."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import models
from django.db.models import Avg, Count, F, Q, Sum
from django.utils import timezone

from accounts.models import User
from helpdesk.desks import all_categories, category_name
from helpdesk.models import FIRST_CONTACT, Call, CallState, Ticket, TicketState
from postoffices.models import Office
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
WRAPPED = Q(handled_at__gte=F("ended_at"))
# Sums and numbers, no averages: those of a part could not be added up to those of the whole.
TALLIES: dict[str, Any] = {
    "offered": Count("pk", filter=~Q(state=CallState.OUTSIDE_HOURS)),
    "answered": Count("pk", filter=ANSWERED),
    "abandoned": Count("pk", filter=Q(state=CallState.ABANDONED)),
    "outside": Count("pk", filter=Q(state=CallState.OUTSIDE_HOURS)),
    "handled": Count("pk", filter=ANSWERED & Q(handled_at__isnull=False)),
    "first_contact": Count("pk", filter=ANSWERED & Q(handled_at__isnull=False, result__in=FIRST_CONTACT)),
    "waited": Sum(F("answered_at") - F("offered_at")),
    "talked": Sum(F("ended_at") - F("answered_at")),
    "talked_calls": Count("pk", filter=ANSWERED & Q(ended_at__isnull=False)),
    "wrapped": Sum(F("handled_at") - F("ended_at"), filter=WRAPPED),
    "wrapped_calls": Count("pk", filter=WRAPPED),
}
COUNTS = ("offered", "answered", "abandoned", "outside", "handled", "first_contact")
GROUPS: dict[By, str] = {
    By.HOUR: "hour",
    By.DAY: "day",
    By.MONTH: "month",
    By.CATEGORY: "category",
    By.OFFICE: "office",
    By.OPERATOR: "operator",
}
Cell = dict[str, Any]
Tally = dict[str, float]


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


@dataclass(frozen=True, slots=True)
class CallFigures:
    """The rows of one way of counting, their sum, and the months by category, all from the same records."""

    rows: list[Row]
    total: Row
    months: MonthTable


def _begin(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def call_figures(by: By, desk: str, first: date, last: date) -> CallFigures:
    """One query: its cells are fine enough for all three tables, so that the log is read once."""
    group = GROUPS[by]
    cells = Call.objects.of_days(desk, first, last).order_by().values(*{group, "month", "category"})
    counted: list[Cell] = list(cells.annotate(**TALLIES))
    groups: dict[Any, Tally] = {}
    for cell in counted:
        _add(groups.setdefault(cell[group], {}), cell)
    total: Tally = {}
    for tally in groups.values():
        _add(total, tally)
    rows = [_row(label, groups[key]) for key, label in _labels(by, desk, list(groups))]
    return CallFigures(rows, _row("計", total), _month_table(desk, counted))


def _add(tally: Tally, part: Cell) -> None:
    for name in TALLIES:
        value = part[name] or 0
        tally[name] = tally.get(name, 0) + (value.total_seconds() if isinstance(value, timedelta) else value)


def _row(label: str, tally: Tally) -> Row:
    counts: dict[str, Any] = {name: tally.get(name, 0) for name in COUNTS}
    return Row(
        label=label,
        **counts,
        waited=_average(tally, "waited", "answered"),
        talked=_average(tally, "talked", "talked_calls"),
        wrapped=_average(tally, "wrapped", "wrapped_calls"),
    )


def _average(tally: Tally, seconds: str, calls: str) -> float | None:
    return tally[seconds] / tally[calls] if tally.get(calls) else None


def _labels(by: By, desk: str, groups: list[Any]) -> list[tuple[Any, str]]:
    """Each group with its name, in the order of the rows; what belongs to none comes last."""
    match by:
        case By.HOUR:
            return [(hour, f"{hour}時台") for hour in sorted(groups)]
        case By.DAY:
            return [(day, day_text(day)) for day in sorted(groups)]
        case By.MONTH:
            return [(month, month_text(month)) for month in sorted(groups)]
        case By.CATEGORY:
            codes = [code for code in _codes(desk, set(groups)) if code in groups]
            return [(code, category_name(desk, code) or "（分類なし）") for code in codes]
        case By.OFFICE:
            names = dict(Office.objects.filter(pk__in=groups).values_list("pk", "name"))
            return _named(groups, names, "（拠点なし）")
        case _:
            names = dict(User.objects.filter(pk__in=groups).values_list("pk", "display_name"))
            return _named(groups, names, "（担当者なし）")


def _named(groups: list[Any], names: dict[int, str], nobody: str) -> list[tuple[Any, str]]:
    known = sorted((name, key) for key, name in names.items())
    return [(key, name) for name, key in known] + ([(None, nobody)] if None in groups else [])


def _codes(desk: str, found: set[str]) -> list[str]:
    """The desk's categories in their order, then what no profile names any more, and none."""
    named = [held.code for held in all_categories(desk)]
    return [*named, *sorted(found - set(named), reverse=True)]


def _month_table(desk: str, cells: list[Cell]) -> MonthTable:
    """Calls that rang within the hours. Those without a category stand in a column of their own."""
    counted: Counter[tuple[date, str]] = Counter()
    for cell in cells:
        if cell["offered"]:
            counted[cell["month"], cell["category"]] += cell["offered"]
    codes = _codes(desk, {code for _month, code in counted})
    rows = [
        MonthRow(month_text(month), [counted[month, code] for code in codes])
        for month in sorted({month for month, _code in counted})
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


def _seconds(length: timedelta | None) -> float | None:
    return length.total_seconds() if length is not None else None
