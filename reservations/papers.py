"""The office's list for the day, on paper and as a workbook."""

from datetime import date

from postoffices.city import current_city
from reservations.lists import OfficeDay
from reservations.models import Reservation
from writing.dates import time_text, wareki
from writing.numbers import number_text, phone_text
from writing.papers import Sheet, Value, pdf, workbook

HEADER = ("拠点", "時刻", "予約番号", "手続き", "氏名", "フリガナ", "電話番号", "受付方法", "状態")
WIDTHS = (24, 8, 14, 28, 18, 22, 16, 14, 14)


def day_list_pdf(day: date, offices: list[OfficeDay], *, printed_on: date) -> bytes:
    """One office a page or more, each with its own head and sum; a page that says so when there is no booking."""
    context = {"city": current_city(), "day": day, "offices": offices, "printed_on": printed_on}
    return pdf("reservations/print/day_list.html", context)


def day_list_xlsx(day: date, offices: list[OfficeDay]) -> bytes:
    """All offices in one sheet, with the sum of bookings that stand as the last row."""
    rows = [_row(held.office.name, row) for held in offices for row in held.rows]
    total: list[Value] = ["合計（取り消しを除く）", None, sum(held.coming for held in offices)]
    return workbook([Sheet(f"予約一覧 {wareki(day)}", HEADER, rows, widths=WIDTHS, totals=total)])


def _row(office: str, row: Reservation) -> list[Value]:
    return [
        office,
        time_text(row.slot.starts_at),
        number_text(row.number),
        row.procedure.name,
        row.name,
        row.reading,
        phone_text(row.phone),
        row.get_channel_display(),
        row.get_state_display(),
    ]
