"""Roster, contact tree, oath, minutes and ledger on paper; lists as workbooks, too."""

from datetime import date

from django.utils import timezone

from documents.markup import as_html
from postoffices.city import current_city
from staffing.drawing import drawing_of
from staffing.meeting import earlier_tasks
from staffing.models import ContractRole, Good, Meeting, Oath, Stocktake
from staffing.roster import NAMED, Row, names_in_role, title_of
from writing.papers import Sheet, pdf, workbook

WIDTHS = (16.0, 18.0, 20.0, 24.0, 22.0, 20.0, 14.0, 14.0, 40.0, 16.0, 28.0)


def roster_pdf(rows: list[Row], day: date) -> bytes:
    """The roster as it goes to the city: A4 across."""
    return pdf("staffing/print/roster.html", {"rows": _with_days(rows), "day": day, "city": current_city()})


def _with_days(rows: list[Row]) -> list[Row]:
    return [row | {name: _day(row[name]) for name in ("first_day", "last_day")} for row in rows]


def _day(written: str) -> date | None:
    return date.fromisoformat(written) if written else None


def roster_xlsx(rows: list[Row], day: date) -> bytes:
    """The same rows as a workbook."""
    body = [[row[name] for name in NAMED] for row in _with_days(rows)]
    return workbook([Sheet(f"従事者名簿_{day:%Y%m%d}", list(NAMED.values()), body, widths=WIDTHS)])


def contacts_pdf(rows: list[Row], day: date) -> bytes:
    """The tree as a drawing on the first page, every number in a table on the next."""
    callers = {row["id"]: row["name"] for row in rows}
    named = [row | {"caller": callers.get(row["above"], "")} for row in rows]
    context = {"drawing": drawing_of(rows), "rows": named, "day": day, "city": current_city()}
    return pdf("staffing/print/contacts.html", context)


def oath_pdf(oath: Oath) -> bytes:
    """The oath to be signed by the worker and by whoever leads the contract (Kitakyushu 13(2): both sign)."""
    context = {
        "oath": oath,
        "city": current_city(),
        "body": as_html(oath.form.shown) if oath.form else "",
        "manager_title": title_of(ContractRole.MANAGER),
        "manager": "、".join(names_in_role(ContractRole.MANAGER)),
        "today": timezone.localdate(),
    }
    return pdf("staffing/print/oath.html", context)


def minutes_pdf(meeting: Meeting) -> bytes:
    """Agenda before the meeting, minutes after it: with those who came, what was said and what is to be done."""
    context = {
        "meeting": meeting,
        "city": current_city(),
        "items": meeting.items.all(),
        "attendees": meeting.attendees.select_related("user"),
        "tasks": meeting.tasks.select_related("owner"),
        "earlier": earlier_tasks(meeting),
        "today": timezone.localdate(),
        "held": meeting.state in ("held", "closed"),
    }
    return pdf("staffing/print/minutes.html", context)


def goods_pdf() -> bytes:
    """The whole ledger, A4 across."""
    context = {"goods": Good.objects.for_list(), "today": timezone.localdate(), "city": current_city()}
    return pdf("staffing/print/goods.html", context)


def goods_xlsx() -> bytes:
    header = ("品名", "管理番号", "数量", "単位", "用意する者", "状態", "場所", "受領日", "返却日", "備考")
    rows = [
        [
            good.name, good.number, good.quantity, good.unit, good.get_provider_display(), good.get_state_display(),
            good.where, good.received_on, good.returned_on, good.note,
        ]
        for good in Good.objects.for_list()
    ]  # fmt: skip
    return workbook([Sheet("貸与品台帳", header, rows)])


def stocktake_pdf(stocktake: Stocktake) -> bytes:
    """A sheet with room for the counts; once they are there, with them."""
    lines = stocktake.lines.select_related("good__office")
    return pdf("staffing/print/stocktake.html", {"stocktake": stocktake, "lines": lines, "city": current_city()})
