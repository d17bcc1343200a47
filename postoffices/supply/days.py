"""What holds for an office on a day: the national system's rest over the bureau's edits, these over the profile."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta

from postoffices.calendars import Periods, Timetable, timetables
from postoffices.models import CapacityPeriod, DayOpening, DayRule, Office
from postoffices.supply.procedures import HoursOf, OfOffice, hours_of, limits_on, stored_hours
from postoffices.supply.ranges import Range, Ranges, Seats, closed_spans, grids, open_spans, seats_at
from postoffices.supply.spans import Span, Spans, holds, joined, minute_of, periods_of, touches

# Where neither capacity nor edit names a length.
SLOT_MINUTES = 30
CALENDARS = ("capacity_periods", "calendar__weekly_hours", "calendar__closures", "calendar__dated_openings")


@dataclass(frozen=True, slots=True)
class Rule:
    """The bureau's decision for a day, detached from its row. `seats` is (public, internal)."""

    opening: DayOpening = DayOpening.CALENDAR
    periods: tuple[tuple[time, time], ...] = ()
    seats: Seats | None = None
    slot_minutes: int | None = None
    reason: str = ""
    ranges: Ranges = ()

    @property
    def says_nothing(self) -> bool:
        silent = self.opening == DayOpening.CALENDAR and self.seats is None and self.slot_minutes is None
        return silent and not self.ranges


@dataclass(frozen=True, slots=True)
class OfficeDay:
    """One day of one office. `note` says why it is closed, or open against the week. Seats are per slot.

    `grids` is where slots are counted from, and `ranges` what the bureau said about parts of the day. `limits` are the
    hours of procedures that may not be done all day, by code.
    """

    day: date
    periods: Periods
    note: str = ""
    is_holiday: bool = False
    slot_minutes: int = SLOT_MINUTES
    public_seats: int = 0
    internal_seats: int = 0
    edited: bool = False
    in_service: bool = True
    grids: tuple[Span, ...] = ()
    ranges: Ranges = ()
    limits: Mapping[str, Spans] = field(default_factory=dict)

    @property
    def is_open(self) -> bool:
        return bool(self.periods)

    def times(self) -> Iterator[tuple[Span, Seats]]:
        """The day's slots with their seats. Whole slots only: a rest at a period's end that is too short stays free.

        A part that is closed takes away the slots it touches, and no other slot moves. Other seats are those of the
        slots that begin within their part.
        """
        closed, seats = closed_spans(self.ranges), (self.public_seats, self.internal_seats)
        for begins, ends in self.grids:
            for first in range(begins, ends - self.slot_minutes + 1, self.slot_minutes):
                span = (first, first + self.slot_minutes)
                if not any(touches(span, gone) for gone in closed):
                    yield span, seats_at(self.ranges, first, seats)

    def barred(self, span: Span) -> list[str]:
        """The procedures that may not use this slot, by code."""
        return [code for code, spans in self.limits.items() if not holds(spans, span)]


RuleOf = Callable[[int, date, Rule | None], Rule | None]


def stored(_office_id: int, _day: date, rule: Rule | None) -> Rule | None:
    """The rule as it stands in the database."""
    return rule


def rules_between(offices: Sequence[Office], first: date, last: date) -> dict[tuple[int, date], Rule]:
    """The edits of these offices and days by office and day (one query, three where there are any)."""
    rows = DayRule.objects.filter(office__in=[office.pk for office in offices], day__range=(first, last))
    return {(row.office_id, row.day): rule_of(row) for row in rows.prefetch_related("periods", "ranges")}


def rule_of(row: DayRule) -> Rule:
    """A row as a value."""
    periods = tuple((period.opens, period.closes) for period in row.periods.all())
    ranges = tuple(
        Range(part.opens, part.closes, part.is_open, _seats(part.public_seats, part.internal_seats), part.reason)
        for part in row.ranges.all()
    )
    seats = _seats(row.public_seats, row.internal_seats)
    return Rule(DayOpening(row.opening), periods, seats, row.slot_minutes, row.reason, ranges)


def _seats(public: int | None, internal: int | None) -> Seats | None:
    return None if public is None or internal is None else (public, internal)


@dataclass(frozen=True, slots=True)
class Almanac:
    """All that says what holds for some offices from `first` to `last`, both included, read once."""

    offices: list[Office]
    tables: Mapping[int, Timetable]
    rules: Mapping[tuple[int, date], Rule]
    hours: Mapping[int, OfOffice]
    first: date
    last: date

    def days(self, *, rule_for: RuleOf = stored, hours_for: HoursOf = stored_hours) -> dict[int, list[OfficeDay]]:
        """Every day by the office's primary key, without a query.

        `rule_for` and `hours_for` may put other rules in the place of the stored ones, to see what an edit would do.
        """
        return {office.pk: list(self._days(office, rule_for, hours_for)) for office in self.offices}

    def _days(self, office: Office, rule_for: RuleOf, hours_for: HoursOf) -> Iterator[OfficeDay]:
        table, hours = self.tables[office.calendar_id], hours_for(office.pk, self.hours[office.pk])
        for offset in range((self.last - self.first).days + 1):
            day = self.first + timedelta(days=offset)
            rule = rule_for(office.pk, day, self.rules.get((office.pk, day)))
            yield office_day(office, table, day, rule, hours)


def almanac(offices: Sequence[Office], first: date, last: date) -> Almanac:
    """Read it as it stands in the database: nine queries, and two more where the bureau has edited."""
    read = Office.objects.filter(pk__in=[office.pk for office in offices])
    held = list(read.select_related("calendar").prefetch_related(*CALENDARS))
    tables = timetables({office.calendar_id: office.calendar for office in held}.values())
    return Almanac(held, tables, rules_between(held, first, last), hours_of(held, first, last), first, last)


def office_days(
    offices: Sequence[Office], first: date, last: date, *, rule_for: RuleOf = stored, hours_for: HoursOf = stored_hours
) -> dict[int, list[OfficeDay]]:
    """The days of an almanac that is read for them alone."""
    return almanac(offices, first, last).days(rule_for=rule_for, hours_for=hours_for)


def office_day(
    office: Office, table: Timetable, day: date, rule: Rule | None, hours: OfOffice | None = None
) -> OfficeDay:
    """One day from a timetable and the rules; no query with prefetched capacity."""
    held = table.day(day)
    if day < office.opens_on or (office.closes_on and office.closes_on < day):
        note = "取扱前" if day < office.opens_on else "取扱終了"
        return OfficeDay(day, [], note, held.is_holiday, in_service=False)
    periods, note = held.periods, held.note
    # The national system's rest holds whatever anybody has typed (Yatsushiro, annex 1, note 1).
    resting = table.maintenance and table.maintenance.stops_on(day)
    if rule and not resting:
        periods, note = _edited(rule, periods, note)
    ranges = rule.ranges if rule and not resting else ()
    base = [*_apart(periods)]
    capacity = capacity_on(office.capacity_periods.all(), day)
    seats = (capacity.public_seats, capacity.internal_seats) if capacity else (0, 0)
    length = capacity.slot_minutes if capacity else SLOT_MINUTES
    if rule:
        seats, length = rule.seats or seats, rule.slot_minutes or length
    return OfficeDay(
        day,
        list(periods_of(open_spans(joined(base), ranges))) if ranges else periods,
        note,
        held.is_holiday,
        length,
        *seats,
        edited=rule is not None,
        grids=tuple(grids(base, ranges)),
        ranges=ranges,
        limits=limits_on(hours or {}, day),
    )


def _apart(periods: Periods) -> Iterator[Span]:
    """The periods one by one: slots are counted from the beginning of each, also where two touch."""
    return ((minute_of(opens), minute_of(closes)) for opens, closes in periods)


def _edited(rule: Rule, periods: Periods, note: str) -> tuple[Periods, str]:
    match rule.opening:
        case DayOpening.CLOSED:
            return [], rule.reason or "休み"
        case DayOpening.OWN:
            return list(rule.periods), rule.reason or "時間変更"
        case _:
            return periods, note


def capacity_on(capacities: Iterable[CapacityPeriod], day: date) -> CapacityPeriod | None:
    """The capacity period that holds on the day."""
    covering = (
        held for held in capacities if held.first_day <= day and (held.last_day is None or day <= held.last_day)
    )
    return next(covering, None)
