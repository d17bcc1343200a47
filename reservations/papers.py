"""The office's list for some days on paper, and lists of any length as tables."""

from datetime import date

from postoffices.city import current_city
from reservations.lists.chosen import Chosen, Period
from reservations.lists.paper import paper_columns
from reservations.lists.rows import OfficeDay, Streamed
from writing.papers import pdf
from writing.spreadsheets import Table

# A paper is laid out as a whole; beyond this nobody prints it, and it would cost minutes and gigabytes.
MOST_ON_PAPER = 3000


def list_pdf(chosen: Chosen, offices: list[OfficeDay], *, printed_on: date) -> bytes:
    """One office a page or more, each with its own head and sum; a page that says so when there is no booking."""
    period = chosen.period
    columns = paper_columns(chosen.columns, one_day=period.is_one_day)
    context = {
        "city": current_city(),
        "period": period,
        "columns": columns,
        "offices": [(held, [columns.cells(row) for row in held.rows]) for held in offices],
        "printed_on": printed_on,
    }
    return pdf("reservations/print/day_list.html", context)


def list_table(period: Period, streamed: Streamed) -> Table:
    """The list with the sum as its last line."""
    columns = streamed.columns
    return Table(
        title=f"予約一覧 {period}",
        header=[column.title for column in columns],
        widths=[column.width for column in columns],
        rows=streamed,
        total=streamed.total_row,
    )
