"""What the staff pages show of places: today's state, hours and capacity, and an office's month."""

from calendar import Calendar as MonthGrid
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from django.db.models import QuerySet
from django.utils import timezone

from postoffices.calendars import Day, Periods, timetables
from postoffices.hours import hours_text, periods_text
from postoffices.models import Calendar, CapacityPeriod, Office, Ward
from postoffices.supply.days import OfficeDay, office_day, rules_between
from writing.dates import day_text, long_day_text

# As the citizen's calendar: weeks begin on Sunday.
SUNDAY_FIRST = MonthGrid(firstweekday=6)


@dataclass(frozen=True, slots=True)
class Standing:
    """A state in words with the look of its chip; `is_open` when the counter opens (or opened) on the day."""

    text: str
    kind: str = ""
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class OfficeRow:
    """`capacity` is what holds today, or on the first day of an office that is still to open."""

    office: Office
    hours: str
    today: Standing
    capacity: CapacityPeriod | None


@dataclass(frozen=True, slots=True)
class WardRows:
    ward: Ward
    rows: list[OfficeRow]


@dataclass(frozen=True, slots=True)
class CalendarRow:
    """A calendar with its hours and what closes it, for comparing the city's calendars side by side."""

    calendar: Calendar
    hours: str
    closures: str
    day: Day
    today: Standing


@dataclass(frozen=True, slots=True)
class Cell:
    """A day of the month's grid; `text` is the hours or why it is closed; `look` a class of the style sheet."""

    day: date
    look: str
    text: str


def office_rows(offices: QuerySet[Office], calendars: list[CalendarRow], now: datetime) -> list[WardRows]:
    """Offices by ward with today's state. Two queries, however many offices; `calendars` must be all."""
    listed = offices.order_by("ward__position", "position").prefetch_related("capacity_periods")
    today = timezone.localtime(now).date()
    by_calendar = {row.calendar.pk: row for row in calendars}
    rows = []
    for office in listed:
        held = by_calendar[office.calendar_id]
        capacity = capacity_on(office, max(today, office.opens_on))
        rows.append(OfficeRow(office, held.hours, standing(office, held.day, now), capacity))
    return [WardRows(ward, list(group)) for ward, group in groupby(rows, key=lambda row: row.office.ward)]


def standing(office: Office, day: Day, now: datetime) -> Standing:
    """How the office stands at `now` (aware), on its day `day`."""
    if day.day < office.opens_on:
        return Standing(f"{long_day_text(office.opens_on)}から", "info")
    if office.closes_on and office.closes_on < day.day:
        return Standing(f"{long_day_text(office.closes_on)}で終了")
    return day_standing(day, now)


def day_standing(day: Day, now: datetime) -> Standing:
    """Open, not yet, between, over, or closed with the reason."""
    if not day.periods:
        return Standing(f"本日は休み（{day.note}）" if day.note else "本日は休み")
    clock = timezone.localtime(now).time()
    if any(opens <= clock < closes for opens, closes in day.periods):
        return Standing("受付中", "success", is_open=True)
    later = [opens for opens, _ in day.periods if clock < opens]
    if later:
        return Standing(f"{later[0].hour}:{later[0].minute:02}から", "info", is_open=True)
    return Standing("本日の受付は終了", is_open=True)


def capacity_on(office: Office, day: date) -> CapacityPeriod | None:
    """The capacity period that holds on the day. No query with prefetched periods."""
    for period in office.capacity_periods.all():
        if period.first_day <= day and (period.last_day is None or day <= period.last_day):
            return period
    return None


def calendar_rows(now: datetime) -> list[CalendarRow]:
    """All calendars with hours, closures and today's state, in the order of the profile (six queries)."""
    listed = list(Calendar.objects.prefetch_related("weekly_hours", "closures", "dated_openings").order_by("pk"))
    tables = timetables(listed)
    today = timezone.localtime(now).date()
    return [calendar_row(calendar, tables[calendar.pk].day(today), now) for calendar in listed]


def calendar_row(calendar: Calendar, day: Day, now: datetime) -> CalendarRow:
    return CalendarRow(calendar, hours_text(calendar), closures_text(calendar), day, day_standing(day, now))


def closures_text(calendar: Calendar) -> str:
    """What closes the calendar beside the week: 祝日、年末年始（12月29日〜1月3日）."""
    parts = ["祝日"] if calendar.closes_on_holidays else []
    for closure in calendar.closures.all():
        first, last = closure.first_day, closure.last_day
        if closure.yearly:
            parts.append(f"{closure.reason}（{first.month}月{first.day}日〜{last.month}月{last.day}日）")
        else:
            parts.append(f"{closure.reason}（{day_text(first)}〜{day_text(last)}）")
    return "、".join(parts) or "なし"


def month_grid(office: Office, month: date, today: date) -> list[list[Cell | None]]:
    """The weeks of the month with the bureau's edits, Sunday first, with None outside it."""
    weeks = SUNDAY_FIRST.monthdatescalendar(month.year, month.month)
    table = timetables([office.calendar])[office.calendar_id]
    rules = rules_between([office], weeks[0][0], weeks[-1][-1])
    held = {day: office_day(office, table, day, rules.get((office.pk, day))) for week in weeks for day in week}
    return [[cell(held[day], today) if day.month == month.month else None for day in week] for week in weeks]


def cell(day: OfficeDay, today: date) -> Cell:
    if not day.is_open:
        return Cell(day.day, look(day, "closed", today), day.note or "休み")
    return Cell(day.day, look(day, "open", today), opening_text(day.periods, day.note))


def look(day: OfficeDay, state: str, today: date) -> str:
    """Classes for the cell: state, colour of weekends and holidays, today."""
    colour = "holiday" if day.is_holiday else {5: "saturday", 6: "holiday"}.get(day.day.weekday(), "")
    return " ".join(filter(None, [state, colour, "today" if day.day == today else ""]))


def opening_text(periods: Periods, note: str) -> str:
    return f"{note} {periods_text(periods)}" if note else periods_text(periods)
