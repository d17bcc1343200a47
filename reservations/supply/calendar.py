"""What the bureau's calendar shows: a month or a week of one office, with seats and bookings."""

from calendar import Calendar as MonthGrid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Sum
from django.db.models.functions import TruncDate
from django.utils import timezone

from postoffices.hours import periods_text
from postoffices.models import Office, Procedure
from postoffices.supply.days import Almanac, OfficeDay
from postoffices.supply.procedures import Hours
from reservations.deadlines import last_bookable_day, start_of
from reservations.models import Slot, SlotQuerySet
from reservations.supply.wanted import stops_between
from reservations.supply.wording import spans_words, week_words

SUNDAY_FIRST = MonthGrid(firstweekday=6)
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Seats:
    """Seats of a day or a time, and how many of them are taken."""

    public: int = 0
    public_taken: int = 0
    internal: int = 0
    internal_taken: int = 0
    # Of a time: the procedures that may not use it, by name.
    barred: tuple[str, ...] = ()

    def plus(self, other: "Seats") -> "Seats":
        return Seats(
            self.public + other.public,
            self.public_taken + other.public_taken,
            self.internal + other.internal,
            self.internal_taken + other.internal_taken,
        )


@dataclass(frozen=True, slots=True)
class ProcedureRow:
    """A procedure at an office: its week in words, and whether the bureau has set it on screen."""

    procedure: Procedure
    words: str
    by_bureau: bool
    dates: list[tuple[date, str]]


@dataclass(frozen=True, slots=True)
class DayCell:
    """A day as the month shows it. `hours` is empty when closed; `look` are classes of the style sheet.

    `limited`: a procedure has hours of its own on this very day; what its week says stands in the table below.
    """

    day: date
    look: str
    hours: str
    note: str
    seats: Seats
    edited: bool
    stopped: bool
    shown: bool = True
    limited: bool = False


@dataclass(frozen=True, slots=True)
class WeekRow:
    """One time of the day over seven days; None where the office has no slot then."""

    at: time
    cells: list[Seats | None]


def month_ends(month: date) -> tuple[date, date]:
    """The Sunday and the Saturday at which a calendar's page of the month begins and ends."""
    weeks = SUNDAY_FIRST.monthdatescalendar(month.year, month.month)
    return weeks[0][0], weeks[-1][-1]


def month_cells(office: Office, held: Almanac, month: date) -> list[list[DayCell]]:
    """The weeks of the month, Sunday first; days of other months are there but not `shown`. Two queries."""
    cells = day_cells(office, held, seats_by_day(office, held.first, held.last), month.month)
    return [cells[begin : begin + 7] for begin in range(0, len(cells), 7)]


def day_cells(office: Office, held: Almanac, seats: Mapping[date, Seats], month: int | None = None) -> list[DayCell]:
    """Every day of the almanac (one query)."""
    stopped = stopped_days(office, held.first, held.last)
    dated = {day for hours in held.hours[office.pk].values() for day in (*hours.days, *hours.dates)}
    return [
        _cell(day, seats.get(day.day, Seats()), day.day in stopped, day.is_open and day.day in dated, month)
        for day in held.days()[office.pk]
    ]


def _cell(day: OfficeDay, seats: Seats, stopped: bool, limited: bool, month: int | None) -> DayCell:
    return DayCell(
        day=day.day,
        look=_look(day),
        hours=periods_text(day.periods) if day.is_open else "",
        note=day.note,
        seats=seats,
        edited=day.edited,
        stopped=stopped,
        limited=limited,
        shown=month is None or day.day.month == month,
    )


def _look(day: OfficeDay) -> str:
    colour = "holiday" if day.is_holiday or day.day.weekday() == 6 else "saturday" if day.day.weekday() == 5 else ""
    today = "today" if day.day == timezone.localdate() else ""
    far = "beyond" if day.day > last_bookable_day() else ""
    return " ".join(filter(None, ["open" if day.is_open else "closed", colour, today, far]))


def seats_by_day(office: Office, first: date, last: date) -> dict[date, Seats]:
    """Seats and bookings of every day that has slots, in one query."""
    rows = (
        _slots(office, first, last)
        .values(day=TruncDate("starts_at"))
        .annotate(
            public=Sum("public_seats"),
            public_used=Sum("public_taken"),
            internal=Sum("internal_seats"),
            internal_used=Sum("internal_taken"),
        )
        .order_by()
    )
    return {row["day"]: Seats(row["public"], row["public_used"], row["internal"], row["internal_used"]) for row in rows}


def week_of(office: Office, sunday: date) -> tuple[list[WeekRow], dict[date, Seats]]:
    """The times of seven days from `sunday`, and the days' seats in all, in one query.

    Times without a seat are closed and left out of the rows.
    """
    names = {procedure.code: procedure.name for procedure in office.procedures.all()}
    found: dict[time, dict[date, Seats]] = {}
    sums: dict[date, Seats] = {}
    for slot in _slots(office, sunday, sunday + WEEK - timedelta(days=1)):
        local = timezone.localtime(slot.starts_at)
        taken = (slot.public_seats, slot.public_taken, slot.internal_seats, slot.internal_taken)
        barred = tuple(names[code] for code in slot.barred if code in names)
        sums[local.date()] = sums.get(local.date(), Seats()).plus(Seats(*taken))
        if slot.public_seats or slot.internal_seats:
            found.setdefault(local.time(), {})[local.date()] = Seats(*taken, barred=barred)
    days = [sunday + timedelta(days=offset) for offset in range(7)]
    return [WeekRow(at, [found[at].get(day) for day in days]) for at in sorted(found)], sums


def _slots(office: Office, first: date, last: date) -> SlotQuerySet:
    return Slot.objects.filter(
        office=office, starts_at__gte=start_of(first), starts_at__lt=start_of(last + timedelta(days=1))
    )


def stopped_days(office: Office, first: date, last: date) -> set[date]:
    """Days on which a stop of the office, or of everything, stands at some time."""
    found: set[date] = set()
    for stop in stops_between(first, last):
        if stop.office_id in (None, office.pk):
            found.update(
                _days(max(stop.starts_at, start_of(first)), min(stop.ends_at, start_of(last) + timedelta(days=1)))
            )
    return found


def _days(begin: datetime, end: datetime) -> set[date]:
    first = timezone.localdate(begin)
    last = timezone.localdate(end - timedelta(microseconds=1))
    return {first + timedelta(days=offset) for offset in range((last - first).days + 1)}


def procedures_of(office: Office, held: Almanac) -> list[ProcedureRow]:
    """The office's procedures with their weeks, and what the profile says of days to come."""
    hours, today = held.hours[office.pk], timezone.localdate()
    return [_procedure_row(each, hours.get(each.code, Hours()), today) for each in office.procedures.all()]


def _procedure_row(procedure: Procedure, hours: Hours, today: date) -> ProcedureRow:
    dates = [(day, spans_words(spans)) for day, spans in sorted(hours.dates.items()) if day >= today]
    return ProcedureRow(procedure, week_words(hours.week), hours.own_week, dates)
