"""Which bookings a list shows, in which order and columns. It stands in the address: a list can be sent on."""

from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

from django.http import QueryDict
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.dateparse import parse_date

from accounts.models import User
from postoffices.access import office_for
from postoffices.models import Office, Procedure
from reservations.lists.columns import COLUMNS, DEFAULT, Column
from reservations.models import ReservationState
from writing.dates import day_text, long_day_text

MOST_DAYS = 366
ORDERS = {"time": "時刻順", "reading": "五十音順", "office": "拠点ごと"}


@dataclass(frozen=True, slots=True)
class Period:
    """Local days, both included; `last` is not before `first` and at most MOST_DAYS - 1 days later."""

    first: date
    last: date

    @property
    def is_one_day(self) -> bool:
        return self.first == self.last

    def __str__(self) -> str:
        if self.is_one_day:
            return long_day_text(self.first)
        shortened = self.first.year == self.last.year
        return f"{long_day_text(self.first)}〜{day_text(self.last) if shortened else long_day_text(self.last)}"


@dataclass(frozen=True, slots=True)
class Chosen:
    """Bookings of some local days, narrowed by office, procedure and state where given. No columns: the usual ones."""

    period: Period
    office: Office | None = None
    procedure: Procedure | None = None
    state: str = ""
    order: str = "time"
    columns: tuple[str, ...] = ()

    def address(self, **changed: str | list[str]) -> str:
        """The query part of this list's address, with some choices changed ("" takes one away)."""
        one_day = self.period.is_one_day
        choices: dict[str, str | list[str]] = {
            "day": self.period.first.isoformat() if one_day else "",
            "from": "" if one_day else self.period.first.isoformat(),
            "to": "" if one_day else self.period.last.isoformat(),
            "office": self.office.code if self.office else "",
            "procedure": self.procedure.code if self.procedure else "",
            "state": self.state,
            "order": "" if self.order == "time" else self.order,
            "column": list(self.columns),
        }
        return "?" + urlencode({name: value for name, value in (choices | changed).items() if value}, doseq=True)

    def of_day(self, day: date) -> str:
        return self.address(**{"day": day.isoformat(), "from": "", "to": ""})

    def before(self) -> str:
        return self.of_day(self.period.first - timedelta(days=1))

    def after(self) -> str:
        return self.of_day(self.period.last + timedelta(days=1))

    def today(self) -> str:
        return self.of_day(timezone.localdate())

    def shown_columns(self) -> list[Column]:
        """In the table's own order, whatever the order in the address. The usual ones name what is not fixed."""
        if self.columns:
            return [column for code, column in COLUMNS.items() if code in self.columns]
        left_out = {"date"} if self.period.is_one_day else set()
        return [COLUMNS[code] for code in DEFAULT if code not in left_out]


def chosen_from(user: User, query: QueryDict, typed: Period | None = None) -> Chosen:
    """Read the address. Raises Http404 for an office outside the person's scope or an unknown code."""
    office_code, procedure_code = query.get("office"), query.get("procedure")
    state, order = query.get("state", ""), query.get("order", "")
    wanted = set(query.getlist("column"))
    return Chosen(
        period=typed or _period(query),
        office=office_for(user, office_code) if office_code else None,
        procedure=get_object_or_404(Procedure, code=procedure_code) if procedure_code else None,
        state=state if state in ReservationState.values else "",
        order=order if order in ORDERS else "time",
        columns=tuple(code for code in COLUMNS if code in wanted),
    )


def _period(query: QueryDict) -> Period:
    first, last = _day(query.get("from", "")), _day(query.get("to", ""))
    if first and last and timedelta(0) <= last - first < timedelta(days=MOST_DAYS):
        return Period(first, last)
    day = _day(query.get("day", "")) or first or timezone.localdate()
    return Period(day, day)


def _day(text: str) -> date | None:
    """The day of an address; an address cut short or changed by hand gives none."""
    try:
        return parse_date(text)
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class Narrowing:
    """A choice that narrows the list, in words, and the address of the list without it."""

    label: str
    without: str


def narrowings(chosen: Chosen) -> list[Narrowing]:
    found = []
    if not chosen.period.is_one_day:
        found.append(Narrowing(f"期間：{chosen.period}", chosen.today()))
    if chosen.office:
        found.append(Narrowing(f"拠点：{chosen.office.name}", chosen.address(office="")))
    if chosen.procedure:
        found.append(Narrowing(f"手続き：{chosen.procedure.name}", chosen.address(procedure="")))
    return found
