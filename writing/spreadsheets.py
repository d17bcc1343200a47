"""Tables of any length, sent while they are read: CSV and XLSX as pieces of bytes, in constant memory.

openpyxl makes 600,000 rows in minutes and sends nothing before the last; `papers.workbook` stays for small sheets.
"""

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from io import StringIO
from typing import IO, cast
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZIP_DEFLATED, ZipFile

from django.utils import timezone
from openpyxl.utils import get_column_letter

from writing.cells import Value

BOM = "\ufeff"
# What the format allows (ECMA-376 leaves it to programs; Excel reads no more), with the head and the total.
MOST_ROWS = 1_048_576 - 2
ROWS_PER_PIECE = 500
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_DAY_ZERO = date(1899, 12, 30).toordinal()
_DAY = timedelta(days=1)

# Numbers of the formats in `xl/styles.xml`.
_PLAIN, _HEAD, _BOLD, _NEVER_A_FORMULA, _DATE, _MOMENT = range(6)


@dataclass(frozen=True)
class Table:
    """`widths` in characters. `total` is asked after the last row and becomes the last line."""

    title: str
    header: Sequence[str]
    widths: Sequence[float]
    rows: Iterable[Sequence[Value]]
    total: Callable[[], Sequence[Value]]


def csv_pieces(table: Table) -> Iterator[bytes]:
    """UTF-8 with a byte order mark, which Excel needs; CRLF. A name never becomes a formula."""
    yield _csv_lines([table.header], first=True)
    for rows in _in_pieces(table.rows):
        yield _csv_lines(rows)
    yield _csv_lines([table.total()])


def _in_pieces(rows: Iterable[Sequence[Value]]) -> Iterator[list[Sequence[Value]]]:
    held: list[Sequence[Value]] = []
    for row in rows:
        held.append(row)
        if len(held) == ROWS_PER_PIECE:
            yield held
            held = []
    if held:
        yield held


def _csv_lines(rows: Iterable[Sequence[Value]], *, first: bool = False) -> bytes:
    out = StringIO()
    if first:
        out.write(BOM)
    csv.writer(out).writerows([[_csv_cell(value) for value in row] for row in rows])
    return out.getvalue().encode()


def _csv_cell(value: Value) -> Value:
    if isinstance(value, str):
        # Programs calculate what begins so, in quotes or not; an apostrophe keeps it a text.
        return f"'{value}" if value.startswith(FORMULA_STARTS) else value
    if isinstance(value, datetime):
        return f"{_local(value):%Y-%m-%d %H:%M}"
    return value


class _Sent:
    """A file that keeps what was written until it is taken away; it knows no way back."""

    def __init__(self) -> None:
        self._held: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._held.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing waits in between."""

    def take(self) -> bytes:
        held, self._held = b"".join(self._held), []
        return held


def xlsx_pieces(table: Table) -> Iterator[bytes]:
    """The table as a workbook of one sheet: head frozen and on each page, filter on, A4 across."""
    sent = _Sent()
    # Level 1: the XML repeats itself so much that more work saves little.
    with ZipFile(cast("IO[bytes]", sent), "w", ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in _fixed_parts(table).items():
            archive.writestr(name, content)
        with archive.open("xl/worksheets/sheet1.xml", "w") as sheet:
            for piece in _sheet(table):
                sheet.write(piece.encode())
                if ready := sent.take():
                    yield ready
    yield sent.take()


def _sheet(table: Table) -> Iterator[str]:
    yield _SHEET_BEGINS + _columns(table.widths) + "<sheetData>" + _row(table.header, _HEAD)
    written = 1
    for rows in _in_pieces(table.rows):
        written += len(rows)
        yield "".join(map(_row, rows))
    yield _row(table.total(), _BOLD)
    last = f"{get_column_letter(max(len(table.header), 1))}{written}"
    yield f'</sheetData><autoFilter ref="A1:{last}"/>{_SHEET_ENDS}'


def _columns(widths: Sequence[float]) -> str:
    each = "".join(
        f'<col min="{place}" max="{place}" width="{width}" customWidth="1"/>' for place, width in enumerate(widths, 1)
    )
    return f"<cols>{each}</cols>" if each else ""


def _row(values: Sequence[Value], style: int = _PLAIN) -> str:
    return f"<row>{''.join([_cell(value, style) for value in values])}</row>"


def _cell(value: Value, style: int) -> str:
    if value is None or value == "":
        return f'<c s="{style}"/>'
    if isinstance(value, str):
        return _text_cell(value, style)
    if isinstance(value, bool):
        return f'<c t="b" s="{style}"><v>{value:d}</v></c>'
    if isinstance(value, datetime):
        return f'<c s="{_MOMENT}"><v>{_serial(_local(value))}</v></c>'
    if isinstance(value, date):
        return f'<c s="{_DATE}"><v>{value.toordinal() - _DAY_ZERO}</v></c>'
    return f'<c s="{style}"><v>{value}</v></c>'


def _serial(value: datetime) -> float:
    """Days since the format's day zero, as the format counts them (right from March 1900 on)."""
    return value.toordinal() - _DAY_ZERO + (value - value.replace(hour=0, minute=0, second=0, microsecond=0)) / _DAY


def _text_cell(text: str, style: int) -> str:
    # A text in its own cell is never calculated; the format keeps it so when somebody edits and saves it.
    style = _NEVER_A_FORMULA if text.startswith(FORMULA_STARTS) else style
    return f'<c t="inlineStr" s="{style}"><is><t xml:space="preserve">{_escaped(text)}</t></is></c>'


def _escaped(text: str) -> str:
    return escape(_FORBIDDEN.sub("", text))


def _local(value: datetime) -> datetime:
    return timezone.make_naive(value) if timezone.is_aware(value) else value


_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"

_SHEET_BEGINS = (
    f'{_XML}<worksheet xmlns="{_MAIN}"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr><sheetViews>'
    '<sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
    "</sheetView></sheetViews>"
)
_SHEET_ENDS = (
    '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/>'
    "<headerFooter><oddFooter>&amp;C&amp;P / &amp;N</oddFooter></headerFooter></worksheet>"
)
_TYPES = (
    f'{_XML}<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPE}.worksheet+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/></Types>'
)
_ROOT = (
    f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
)
_BOOK_PARTS = (
    f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>'
)
_FONT = '<sz val="11"/><name val="BIZ UDPゴシック"/>'
_STYLES = (
    f'{_XML}<styleSheet xmlns="{_MAIN}">'
    '<numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy/mm/dd"/>'
    '<numFmt numFmtId="165" formatCode="yyyy/mm/dd\\ hh:mm"/></numFmts>'
    f'<fonts count="2"><font>{_FONT}</font><font><b/>{_FONT}</font></fonts>'
    '<fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '<fill><patternFill patternType="solid"><fgColor rgb="FFE8F1FE"/></patternFill></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="6">'
    '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="0" fontId="1" fillId="2" borderId="0" xfId="0" applyFont="1" applyFill="1"/>'
    '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>'
    '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0" quotePrefix="1"/>'
    '<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)


def _fixed_parts(table: Table) -> dict[str, str]:
    title = re.sub(r"[\[\]:*?/\\']", "・", _FORBIDDEN.sub("", table.title))[:31]
    book = (
        f'{_XML}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">'
        f'<sheets><sheet name={quoteattr(title)} sheetId="1" r:id="rId1"/></sheets><definedNames>'
        f'<definedName name="_xlnm.Print_Titles" localSheetId="0">\'{escape(title)}\'!$1:$1</definedName>'
        "</definedNames></workbook>"
    )
    return {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": _ROOT,
        "xl/workbook.xml": book,
        "xl/_rels/workbook.xml.rels": _BOOK_PARTS,
        "xl/styles.xml": _STYLES,
    }
