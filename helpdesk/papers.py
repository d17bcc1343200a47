"""The report on a complaint or incident, and the figures as a workbook."""

from datetime import date

from django.utils import timezone

from helpdesk.desks import category_name, desk_of
from helpdesk.figures import By, Row, call_figures
from helpdesk.models import Ticket
from postoffices.city import current_city
from writing.papers import Sheet, Value, pdf, workbook


def report_pdf(ticket: Ticket) -> bytes:
    """Facts, course, time line, analysis and measures on A4."""
    context = {
        "ticket": ticket,
        "city": current_city(),
        "desk": desk_of(ticket.desk),
        "category_name": category_name(ticket.desk, ticket.category),
        "steps": ticket.steps.select_related("done_by"),
        "moments": ticket.moments.all(),
        "notes": ticket.notes.select_related("by"),
        "today": timezone.localdate(),
    }
    return pdf("helpdesk/print/report.html", context)


HEAD = (
    "入電",
    "応答",
    "放棄",
    "時間外",
    "処理済み",
    "一次解決",
    "応答率（%）",
    "一次解決率（%）",
    "平均待ち（秒）",
    "平均通話（秒）",
    "平均後処理（秒）",
)


def figures_xlsx(desk: str, first: date, last: date) -> bytes:
    """A sheet for each way of counting, and the months by category."""
    found = {by: call_figures(by, desk, first, last) for by in By}
    months = found[By.MONTH].months
    sheets = [
        Sheet(
            "月別・分類別",
            ["月", *months.titles, "計"],
            [[row.label, *row.counts, row.sum] for row in months.rows],
            totals=[months.totals.label, *months.totals.counts, months.totals.sum],
        )
    ]
    for by, figures in found.items():
        rows = [_cells(row) for row in figures.rows]
        sheets.append(Sheet(f"{by.label}別", [by.label, *HEAD], rows, totals=_cells(figures.total)))
    return workbook(sheets)


def _cells(row: Row) -> list[Value]:
    counts: list[Value] = [row.offered, row.answered, row.abandoned, row.outside, row.handled, row.first_contact]
    rates = [None if rate is None else round(rate * 100, 1) for rate in (row.answer_rate, row.first_contact_rate)]
    times = [None if seconds is None else round(seconds) for seconds in (row.waited, row.talked, row.wrapped)]
    return [row.label, *counts, *rates, *times]
