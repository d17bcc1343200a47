"""The search page: one HTML file with its rows inside, opened from a disk by any browser."""

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from html import escape
from pathlib import Path

from applications.standalone.rows import Line
from writing.dates import wareki
from writing.numbers import number_text

PARTS = Path(__file__).parent / "page"
Lines = Callable[[], Iterable[Line]]


def page_pieces(lines: Lines, *, city: str, made: date, rows: int) -> Iterator[str]:
    """The page in pieces; `lines` is read twice, so that memory holds one row at a time."""
    parts = {name: (PARTS / f"search.{name}").read_text() for name in ("html", "css", "js")}
    facts = {"city": escape(city), "made": wareki(made), "rows": f"{rows:,}", "css": parts["css"], "js": parts["js"]}
    marker = "\x00"
    before, after = (parts["html"] % {**facts, "data": marker}).split(marker)
    yield before
    yield from _data(lines)
    yield after


def _data(lines: Lines) -> Iterator[str]:
    """Words that many rows share stand once; a row holds their numbers."""
    words: dict[str, int] = {}
    yield '{"rows":['
    for position, line in enumerate(lines()):
        shared = [words.setdefault(word, len(words)) for word in (line.ward, line.office, line.procedure)]
        kind = words.setdefault(line.sign_kind, len(words))
        own = number_text(line.reservation_number) if line.reservation_number else ""
        row = [line.number, own, line.signed_on, *shared, line.name, line.reading, kind, line.path]
        yield ("," if position else "") + _script_safe(row)
    yield '],"words":' + _script_safe(list(words)) + "}"


def _script_safe(value: object) -> str:
    """JSON that cannot end the script it stands in."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
