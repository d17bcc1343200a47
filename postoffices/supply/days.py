"""What holds for an office on a day: the national system's rest over the bureau's edits, these over the profile."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta

from postoffices.calendars import Periods, Timetable, timetables
from postoffices.models import CapacityPeriod, DayOpening, DayRule, Office

# Where neither capacity nor edit names a length.
SLOT_MINUTES = 30
CALENDARS = ("capacity_periods", "calendar__weekly_hours", "calendar__closures", "calendar__dated_openings")


@dataclass(frozen=True, slots=True)
class Rule:
    """The bureau's decision for a day, detached from its row. `seats` is (public, internal)."""

    opening: DayOpening = DayOpening.CALENDAR
    periods: tuple[tuple[time, time], ...] = ()
    seats: tuple[int, int] | None = None
    slot_minutes: int | None = None
    reason: str = ""

    @property
    def says_nothing(self) -> bool:
        return self.opening == DayOpening.CALENDAR and self.seats is None and self.slot_minutes is None


@dataclass(frozen=True, slots=True)
class OfficeDay:
    """One day of one office. `note` says why it is closed, or open against the week. Seats are per slot."""

    day: date
    periods: Periods
    note: str = ""
    is_holiday: bool = False
    slot_minutes: int = SLOT_MINUTES
    public_seats: int = 0
    internal_seats: int = 0
    edited: bool = False
    in_service: bool = True

    @property
    def is_open(self) -> bool:
        return bool(self.periods)


RuleOf = Callable[[int, date, Rule | None], Rule | None]


def stored(_office_id: int, _day: date, rule: Rule | None) -> Rule | None:
    """The rule as it stands in the database."""
    return rule


def rules_between(offices: Sequence[Office], first: date, last: date) -> dict[tuple[int, date], Rule]:
    """The edits of these offices and days by office and day (two queries)."""
    rows = DayRule.objects.filter(office__in=[office.pk for office in offices], day__range=(first, last))
    return {(row.office_id, row.day): rule_of(row) for row in rows.prefetch_related("periods")}


def rule_of(row: DayRule) -> Rule:
    """A row as a value."""
    seats = None
    if row.public_seats is not None and row.internal_seats is not None:
        seats = (row.public_seats, row.internal_seats)
    periods = tuple((period.opens, period.closes) for period in row.periods.all())
    return Rule(DayOpening(row.opening), periods, seats, row.slot_minutes, row.reason)


def office_days(
    offices: Sequence[Office], first: date, last: date, *, rule_for: RuleOf = stored
) -> dict[int, list[OfficeDay]]:
    """Every day from `first` to `last`, both included, by the office's primary key.

    A fixed number of queries. `rule_for` may put another rule in the place of the stored one, to see what an
    edit would do.
    """
    read = Office.objects.filter(pk__in=[office.pk for office in offices])
    held = list(read.select_related("calendar").prefetch_related(*CALENDARS))
    tables = timetables({office.calendar_id: office.calendar for office in held}.values())
    rules = rules_between(held, first, last)
    days = [first + timedelta(days=offset) for offset in range((last - first).days + 1)]
    return {
        office.pk: [
            office_day(office, tables[office.calendar_id], day, rule_for(office.pk, day, rules.get((office.pk, day))))
            for day in days
        ]
        for office in held
    }


def office_day(office: Office, table: Timetable, day: date, rule: Rule | None) -> OfficeDay:
    """One day from a timetable and a rule; no query with prefetched capacity."""
    held = table.day(day)
    if day < office.opens_on or (office.closes_on and office.closes_on < day):
        note = "取扱前" if day < office.opens_on else "取扱終了"
        return OfficeDay(day, [], note, held.is_holiday, in_service=False)
    periods, note = held.periods, held.note
    # The national system's rest holds whatever anybody has typed (Yatsushiro, annex 1, note 1).
    if rule and not (table.maintenance and table.maintenance.stops_on(day)):
        periods, note = _edited(rule, periods, note)
    capacity = capacity_on(office.capacity_periods.all(), day)
    seats = (capacity.public_seats, capacity.internal_seats) if capacity else (0, 0)
    length = capacity.slot_minutes if capacity else SLOT_MINUTES
    if rule:
        seats, length = rule.seats or seats, rule.slot_minutes or length
    return OfficeDay(day, periods, note, held.is_holiday, length, *seats, edited=rule is not None)


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
