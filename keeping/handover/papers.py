"""The list on paper and as a workbook."""

from collections.abc import Iterator
from datetime import datetime
from itertools import groupby
from typing import Any

from keeping.handover.records import HandoverList
from postoffices.city import current_city
from writing.papers import Sheet, Value, pdf, workbook

# Thousands of bookings to come are read in the workbook; on paper the first of them show what is meant.
MOST_ON_PAPER = 20


def handover_pdf(handover: HandoverList) -> bytes:
    kinds = kinds_of(handover)
    context = {
        "handover": handover,
        "city": current_city(),
        "kinds": kinds,
        "nothing_left": [kind["kind"] for kind in kinds if not kind["count"]],
        "most": MOST_ON_PAPER,
    }
    return pdf("keeping/print/handover.html", context)


def kinds_of(handover: HandoverList) -> list[dict[str, Any]]:
    """The stocks that hold anything (`held`) by kind of work, each kind with its total; the times are datetimes."""
    kinds = []
    for kind, held in groupby(handover.stocks, key=lambda stock: stock["kind"]):
        stocks = [stock for stock in held if stock["count"]]
        states = [stock | {"oldest": _moment(stock["oldest"]), "items": _shown(stock)} for stock in stocks]
        kinds.append({"kind": kind, "count": sum(stock["count"] for stock in states), "held": states})
    return kinds


def _shown(stock: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        item | {"since": _moment(item["since"]), "due": _moment(item["due"])} for item in stock["items"][:MOST_ON_PAPER]
    ]


def handover_xlsx(handover: HandoverList) -> bytes:
    """Two sheets: the counts, and every single item."""
    counts = Sheet(
        title="件数",
        header=["業務", "状態", "件数", "最も古いもの"],
        rows=[[s["kind"], s["state"], s["count"], _moment(s["oldest"])] for s in handover.stocks],
        widths=[26, 34, 10, 18],
        totals=["計", "", handover.total, ""],
    )
    items = Sheet(
        title="一覧",
        header=["業務", "状態", "番号", "拠点・区", "いつから", "期限", "備考"],
        rows=_rows(handover),
        widths=[26, 34, 24, 26, 18, 18, 40],
    )
    return workbook([counts, items])


def _rows(handover: HandoverList) -> Iterator[list[Value]]:
    for stock in handover.stocks:
        for item in stock["items"]:
            times: list[Value] = [_moment(item["since"]), _moment(item["due"])]
            yield [stock["kind"], stock["state"], item["number"], item["office"], *times, item["note"]]


def _moment(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
