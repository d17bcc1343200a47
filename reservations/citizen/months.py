"""The month calendar of an office, as the page shows it."""

from calendar import SUNDAY, Calendar
from dataclasses import dataclass
from datetime import date
from functools import cache

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from postoffices.known import known_holidays
from postoffices.models import Office, Procedure
from reservations.availability import DayAvailability, Vacancy, month
from reservations.deadlines import first_bookable_day, last_bookable_day
from writing.dates import weekday_names

_MARKS = {Vacancy.OPEN: "○", Vacancy.FEW: "△", Vacancy.FULL: "×"}
_CLASSES = {
    Vacancy.OPEN: "open",
    Vacancy.FEW: "few",
    Vacancy.FULL: "full",
    Vacancy.CLOSED: "closed",
    Vacancy.PAST: "past",
    Vacancy.NOT_YET: "past",
}
SATURDAY_COLUMN = 6
Signs = dict[Vacancy, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Cell:
    """One square: without a day it lies outside the month. `word` is what a screen reader adds to the date."""

    day: date | None
    css: str
    mark: str = ""
    word: str = ""
    bookable: bool = False
    closed: bool = False

    @property
    def inside(self) -> SafeString:
        """What stands in the square."""
        return _inside(self.day.day, self.mark, self.word, self.closed) if self.day else SafeString()


@cache
def _inside(number: int, mark: str, word: str, closed: bool) -> SafeString:
    """Rendered once in a process: the same few hundred squares make up every month of every place."""
    square = {"number": number, "mark": mark, "word": word, "closed": closed}
    return render_to_string("reservations/citizen/_cell.html", square)


@dataclass(frozen=True, slots=True)
class MonthPage:
    """A month with its neighbours, as far as they can be booked."""

    first: date
    weeks: list[list[Cell]]
    previous: date | None
    following: date | None
    weekdays: tuple[str, ...]


def month_page(
    office: Office, procedure: Procedure, wanted: str, first_free: date | None, people: int = 1
) -> MonthPage:
    """The month `wanted` (2026-12); without one, or out of reach, that of the first free day. One query."""
    first = first_bookable_day(timezone.now(), office_id=office.pk, procedure_id=procedure.pk).replace(day=1)
    last = last_bookable_day().replace(day=1)
    shown = min(max(_month(wanted) or (first_free or first).replace(day=1), first), last)
    held = {day.day: day for day in month(office, procedure, shown.year, shown.month, people)}
    holidays, signs = known_holidays(), _signs()
    weeks = [
        [_cell(held.get(day), column, day in holidays, signs) for column, day in enumerate(week)]
        for week in Calendar(SUNDAY).monthdatescalendar(shown.year, shown.month)
    ]
    return MonthPage(
        shown,
        weeks,
        previous=_month_from(shown, -1) if shown > first else None,
        following=_month_from(shown, 1) if shown < last else None,
        weekdays=_sunday_first(weekday_names()),
    )


def _sunday_first(monday_first: tuple[str, ...]) -> tuple[str, ...]:
    return (monday_first[-1], *monday_first[:-1])


def _month(text: str) -> date | None:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        return None


def _month_from(first: date, months: int) -> date:
    year, number = divmod(first.year * 12 + first.month - 1 + months, 12)
    return date(year, number + 1, 1)


def _cell(held: DayAvailability | None, column: int, holiday: bool, signs: Signs) -> Cell:
    if held is None:
        return Cell(None, "outside")
    css = _CLASSES[held.vacancy]
    if holiday or column == 0:
        css += " holiday"
    elif column == SATURDAY_COLUMN:
        css += " saturday"
    mark, word = signs[held.vacancy]
    return Cell(held.day, css, mark, word, held.vacancy.bookable, held.vacancy is Vacancy.CLOSED)


def _signs() -> Signs:
    """Mark and word of each vacancy, in the language of the page."""
    marks = _MARKS | {Vacancy.CLOSED: _("休み")}
    return {state: (marks.get(state, ""), _("日、%(state)s") % {"state": state.label}) for state in Vacancy}
