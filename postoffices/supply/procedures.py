"""When an office does which procedure: the more exact word holds, and of two as exact the bureau's.

One day on screen, a date of the profile, the week on screen, the profile's week, and without any of them whenever the
office is open. A rule only narrows: the slots are the office's, and all its procedures share them.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.db import models
from django.db.models import Value
from django.db.models.functions import Cast

from postoffices.models import Office, ProcedureDay, ProcedureHours, ProcedureWeek
from postoffices.supply.spans import Spans, stored_spans

Week = tuple[Spans, ...]


@dataclass(frozen=True, slots=True)
class Hours:
    """The rules of one procedure at one office. A week of None is every day; `own_week`: the bureau has said so.

    `days` are the bureau's, and `reasons` why, where it said so.
    """

    profile_week: Week | None = None
    own_week: bool = False
    bureau_week: Week | None = None
    dates: Mapping[date, Spans] = field(default_factory=dict)
    days: Mapping[date, Spans] = field(default_factory=dict)
    reasons: Mapping[date, str] = field(default_factory=dict)

    @property
    def week(self) -> Week | None:
        return self.bureau_week if self.own_week else self.profile_week

    def on(self, day: date) -> Spans | None:
        """When it is done on the day, within the office's hours; None when no rule limits it."""
        return self.days[day] if day in self.days else self.underneath(day)

    def underneath(self, day: date) -> Spans | None:
        """The same without what the bureau has said of this one day."""
        if day in self.dates:
            return self.dates[day]
        return None if self.week is None else self.week[day.weekday()]

    def with_day(self, day: date, spans: Spans | None, reason: str = "") -> "Hours":
        """With another word for one day; None takes it back."""
        days = {held: told for held, told in self.days.items() if held != day}
        reasons = {held: told for held, told in self.reasons.items() if held != day}
        return replace(
            self,
            days=days if spans is None else days | {day: spans},
            reasons=reasons | {day: reason} if spans is not None and reason else reasons,
        )

    def with_week(self, week: Week | None) -> "Hours":
        return replace(self, own_week=True, bureau_week=week)

    def as_profile(self) -> "Hours":
        """Without the bureau's week."""
        return replace(self, own_week=False, bureau_week=None)


OfOffice = dict[str, Hours]
HoursOf = Callable[[int, OfOffice], OfOffice]


def stored_hours(_office_id: int, held: OfOffice) -> OfOffice:
    """The rules as they stand in the database."""
    return held


def hours_of(offices: Sequence[Office], first: date, last: date) -> dict[int, OfOffice]:
    """The rules of these offices by procedure's code, with the bureau's days from `first` to `last` (one query)."""
    keys = [office.pk for office in offices]
    found: dict[int, OfOffice] = {key: {} for key in keys}
    for office, code, table, day, held, dates, reason in _rows(keys, first, last):
        hours = found[office].get(code, Hours())
        match table:
            case Table.PROFILE:
                said = {date.fromisoformat(day): stored_spans(spans) for day, spans in dates.items()}
                hours = replace(hours, profile_week=stored_week(held), dates=said)
            case Table.WEEK:
                hours = hours.with_week(stored_week(held))
            case Table.DAY:
                hours = hours.with_day(day, stored_spans(held), reason)
        found[office][code] = hours
    return found


class Table(models.TextChoices):
    """Where a rule of a procedure stands."""

    PROFILE = "profile"
    WEEK = "week"
    DAY = "day"


def _rows(offices: list[int], first: date, last: date) -> Iterable[tuple[Any, ...]]:
    """All three tables in one statement; what a table does not know is empty."""
    no_day, no_dates = Cast(Value(None), models.DateField()), Value({}, models.JSONField())
    place, here = ("office_id", "procedure__code"), {"office__in": offices}
    profile = ProcedureHours.objects.filter(**here).values_list(
        *place, Value(Table.PROFILE.value), no_day, "weekly", "dates", Value("")
    )
    weeks = ProcedureWeek.objects.filter(**here).values_list(
        *place, Value(Table.WEEK.value), no_day, "weekly", no_dates, Value("")
    )
    days = ProcedureDay.objects.filter(**here, day__range=(first, last)).values_list(
        *place, Value(Table.DAY.value), "day", "periods", no_dates, "reason"
    )
    return profile.union(weeks, days, all=True)


def stored_week(held: list[list[list[int]]] | None) -> Week | None:
    return None if held is None else tuple(stored_spans(day) for day in held)


def limits_on(held: OfOffice, day: date) -> dict[str, Spans]:
    """The procedures that a rule limits on the day, by code."""
    return dict(_limits(held, day))


def _limits(held: OfOffice, day: date) -> Iterator[tuple[str, Spans]]:
    for code, hours in sorted(held.items()):
        spans = hours.on(day)
        if spans is not None:
            yield code, spans
