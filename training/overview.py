"""Patrols of a fiscal year: every office and month, how many of them are done."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from postoffices.models import Office, OfficeKind
from postoffices.rules import months_after
from training.models import Patrol, PatrolState
from training.planning import last_day
from writing.dates import FIRST_MONTH_OF_FISCAL_YEAR


@dataclass(frozen=True, slots=True)
class Cell:
    """`patrol` is None where none is planned; `is_open` whether the office is in service that month."""

    is_open: bool
    patrol: Patrol | None


@dataclass(frozen=True, slots=True)
class Line:
    office: Office
    cells: list[Cell]


@dataclass(frozen=True, slots=True)
class Year:
    """`wanted` visits by contract (one for each office and month in service), and what became of them."""

    months: list[date]
    lines: list[Line]
    wanted: int
    states: Counter[str]

    @property
    def visited(self) -> int:
        return self.states[PatrolState.VISITED]

    @property
    def planned(self) -> int:
        return self.states[PatrolState.PLANNED]

    @property
    def monthly(self) -> list[tuple[int, int]]:
        """Wanted and visited of each month."""
        columns = zip(*(line.cells for line in self.lines), strict=True) if self.lines else [()] * len(self.months)
        return [(sum(cell.is_open for cell in column), sum(_is_visited(cell) for cell in column)) for column in columns]


def _is_visited(cell: Cell) -> bool:
    return cell.patrol is not None and cell.patrol.state == PatrolState.VISITED


def year_of_patrols(fiscal_year: int) -> Year:
    """From April to March. Two queries."""
    months = [months_after(date(fiscal_year, FIRST_MONTH_OF_FISCAL_YEAR, 1), offset) for offset in range(12)]
    patrols = {(patrol.office_id, patrol.month): patrol for patrol in Patrol.objects.of_months(months[0], months[-1])}
    offices = Office.objects.filter(kind=OfficeKind.POST_OFFICE, opens_on__lte=last_day(months[-1]))
    lines = [
        Line(office, [Cell(_in_service(office, month), patrols.get((office.pk, month))) for month in months])
        for office in offices.exclude(closes_on__lt=months[0]).order_by("position")
    ]
    wanted = sum(cell.is_open for line in lines for cell in line.cells)
    return Year(months, lines, wanted, Counter(patrol.state for patrol in patrols.values()))


def _in_service(office: Office, month: date) -> bool:
    return office.opens_on <= last_day(month) and (office.closes_on is None or office.closes_on >= month)
