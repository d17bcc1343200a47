"""Reports on paper and as a workbook. What they say stands in `Report.figures`; nothing is counted here."""

from datetime import date
from typing import Any

from postoffices.city import current_city
from reports.models import Report, ReportKind
from writing.papers import Sheet, Value, pdf, workbook

# In this order on paper and in every sheet.
COLUMNS = (
    ("booked", "新しい予約"),
    ("cancelled", "取り消し"),
    ("scheduled", "来局予定"),
    ("no_show", "来局なし"),
    ("arrived", "来局"),
    ("walk_in", "予約なし"),
    ("finished", "処理"),
    ("left", "途中終了"),
)
# What reports made before these were counted do not have.
COUNTER = (("reasons", "結果の理由"), ("supports", "手続き支援"), ("fees", "手数料"))


def report_pdf(report: Report) -> bytes:
    """The report as it goes to the city: A4, title centred, tables, the audit log's root at the end."""
    return pdf("reports/print/report.html", report_context(report))


def report_context(report: Report) -> dict[str, Any]:
    """What the paper's template needs."""
    figures = report.figures
    return {
        "report": report,
        "made_on": date.fromisoformat(figures["made_on"]),
        "city": current_city(),
        "figures": figures,
        "sealed_day": date.fromisoformat(figures["sealed_day"]),
        "columns": COLUMNS,
        "days": [day | {"day": date.fromisoformat(day["day"])} for day in figures["days"]],
        "busiest": max((day["arrived"] for day in figures["days"]), default=0),
        "no_show_percent": percent(figures["totals"]["no_show"], figures["totals"]["scheduled"]),
        "monthly": report.kind == ReportKind.MONTHLY,
        # Made before its last day is over, a report can still change.
        "provisional": date.fromisoformat(figures["made_on"]) <= report.last_day,
    }


def percent(part: int, whole: int) -> float | None:
    """A share in percent with one decimal, or None when there is nothing to share."""
    return round(100 * part / whole, 1) if whole else None


def report_xlsx(report: Report) -> bytes:
    """The same counts as a workbook: one sheet per breakdown, totals in the foot."""
    figures = report.figures
    totals = figures["totals"]
    sheets = (
        [_table("日別", "日", [_dated(day) for day in figures["days"]], totals)] if len(figures["days"]) > 1 else []
    )
    sheets += [
        _table("手続き別", "手続き", figures["procedures"], totals),
        _table("区別", "区", figures["wards"], totals),
        _table("拠点別", "拠点", figures["offices"], totals),
        _choices("予約の受付方法", figures["channels"]),
        _choices("結果", figures["outcomes"]),
        *(_choices(title, figures[key], adds_up=key != "fees") for key, title in COUNTER if figures.get(key)),
        _choices("審査", figures["review"]["verdicts"]),
        _choices("実在性確認", figures["checks"]),
        _choices("通知", figures["messages"]),
    ]
    return workbook(sheets)


def _dated(day: dict[str, Any]) -> dict[str, Any]:
    return day | {"name": date.fromisoformat(day["day"])}


def _table(title: str, head: str, rows: list[dict[str, Any]], totals: dict[str, int]) -> Sheet:
    body: list[list[Value]] = [[row["name"], *(row[name] for name, _ in COLUMNS)] for row in rows]
    return Sheet(
        title=title,
        header=[head, *(label for _, label in COLUMNS)],
        rows=body,
        widths=[24.0, *([12.0] * len(COLUMNS))],
        totals=["合計", *(totals[name] for name, _ in COLUMNS)],
    )


def _choices(title: str, rows: list[dict[str, Any]], *, adds_up: bool = True) -> Sheet:
    """`adds_up`: False for rows of different units, which have no sum."""
    return Sheet(
        title=title,
        header=[title, "件数"],
        rows=[[row["name"], row["count"]] for row in rows],
        widths=[28.0, 12.0],
        totals=["合計", sum(row["count"] for row in rows)] if adds_up else None,
    )
