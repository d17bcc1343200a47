"""When an office does which procedure: the more exact word holds, and of two as exact the bureau's.

One day on screen, a date of the profile, the week on screen, the profile's week, and without any of them whenever the
office is open. A rule only narrows: the slots are the office's, and all its procedures share them.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from postoffices.models import Office, ProcedureDay, ProcedureHours, ProcedureWeek
from postoffices.supply.spans import Spans, stored_spans

Week = tuple[Spans, ...]


@dataclass(frozen=True, slots=True)
class Hours:
    """The rules of one procedure at one office. A week of None is every day; `own_week`: the bureau has said so."""

    profile_week: Week | None = None
    own_week: bool = False
    bureau_week: Week | None = None
    dates: Mapping[date, Spans] = field(default_factory=dict)
    days: Mapping[date, Spans] = field(default_factory=dict)

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

    def with_day(self, day: date, spans: Spans | None) -> "Hours":
        """With another word for one day; None takes it back."""
        days = {held: told for held, told in self.days.items() if held != day}
        return replace(self, days=days if spans is None else days | {day: spans})

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
    """The rules of these offices by procedure's code, with the bureau's days from `first` to `last` (three queries)."""
    keys = [office.pk for office in offices]
    found: dict[int, OfOffice] = {key: {} for key in keys}
    named = ("office_id", "procedure__code")
    for office, code, weekly, dates in ProcedureHours.objects.filter(office__in=keys).values_list(
        *named, "weekly", "dates"
    ):
        held = {date.fromisoformat(day): stored_spans(spans) for day, spans in dates.items()}
        found[office][code] = Hours(profile_week=stored_week(weekly), dates=held)
    for office, code, weekly in ProcedureWeek.objects.filter(office__in=keys).values_list(*named, "weekly"):
        found[office][code] = found[office].get(code, Hours()).with_week(stored_week(weekly))
    days = ProcedureDay.objects.filter(office__in=keys, day__range=(first, last))
    for office, code, day, spans in days.values_list(*named, "day", "periods"):
        found[office][code] = found[office].get(code, Hours()).with_day(day, stored_spans(spans))
    return found


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
