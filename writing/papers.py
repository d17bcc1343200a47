"""Papers: PDF from a template, XLSX from rows. Data in, bytes out; nothing is fetched from a network."""

import mimetypes
import re
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any, Self
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from pypdfium2 import PdfDocument
from weasyprint import HTML
from weasyprint.document import Document
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from writing.cells import Value as Value

# Papers name their style sheets and pictures relative to this address, or with {% static %}.
STATIC_ADDRESS = "https://static.invalid/"
ARCHIVAL = "pdf/a-3b"

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_PLAIN = Font(name="BIZ UDPゴシック", size=11)
_BOLD = Font(name="BIZ UDPゴシック", size=11, bold=True)
_HEAD = PatternFill("solid", fgColor="E8F1FE")
_HEAD_ALIGNMENT = Alignment(vertical="center", wrap_text=True)
_WIDTH_LIMITS = (8.0, 60.0)


class StaticFetcher(URLFetcher):  # type: ignore[misc]  # weasyprint carries no types
    """Serves the product's static files and data: addresses; every other address is refused."""

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        """Raises ValueError for an address that is not ours; WeasyPrint then leaves the piece out."""
        if url.startswith("data:"):
            return super().fetch(url, headers)
        if not url.startswith(STATIC_ADDRESS):
            raise ValueError("papers fetch nothing from outside")
        path = _static_file(unquote(urlsplit(url).path))
        media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": media_type})


def _static_file(path: str) -> Path:
    """The file of `/css/print.css`, or of `/static/css/print.0123abcd.css` where names carry hashes."""
    name = path.removeprefix(str(settings.STATIC_URL)).lstrip("/")
    root = Path(settings.STATIC_ROOT).resolve()
    collected = (root / name).resolve()
    if not collected.is_relative_to(root):
        raise ValueError("papers read static files only")
    found = finders.find(name)
    return Path(str(found)) if found else collected


def pdf(template: str, context: dict[str, Any], *, archival: bool = False) -> bytes:
    """The template (usually an extension of `print/base.html`) as PDF."""
    return pdf_from_html(render_to_string(template, context), archival=archival)


def pdf_from_html(html: str, *, archival: bool = False) -> bytes:
    """HTML as PDF; its own style sheets come from the static files. `archival`: PDF/A-3b, readable in decades."""
    return pdf_of_papers([html], archival=archival)


def pdf_of_papers(papers: Iterable[str], *, archival: bool = False) -> bytes:
    """Several papers (HTML) in one file, each with page numbers of its own; fonts are in the file once."""
    fonts = FontConfiguration()
    rendered = [_laid_out(html, fonts, archival) for html in papers]
    whole = rendered[0].copy([page for document in rendered for page in document.pages])
    with warnings.catch_warnings():
        # WeasyPrint leaves the file of its colour profile to the garbage collector.
        warnings.simplefilter("ignore", ResourceWarning)
        written: bytes = whole.write_pdf(pdf_variant=ARCHIVAL if archival else None)
    return written


class JoinedPdf:
    """PDFs put behind each other, one at a time: what has been added lies compact in one file, not as pages."""

    def __init__(self) -> None:
        self._whole = PdfDocument.new()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *problem: object) -> None:
        self._whole.close()

    def add(self, part: bytes) -> None:
        source = PdfDocument(part)
        try:
            self._whole.import_pages(source)
        finally:
            source.close()

    def written(self) -> bytes:
        out = BytesIO()
        self._whole.save(out)
        return out.getvalue()


def _laid_out(html: str, fonts: FontConfiguration, archival: bool) -> Document:
    source = HTML(string=html, base_url=STATIC_ADDRESS, url_fetcher=StaticFetcher(allow_redirects=False))
    return source.render(font_config=fonts, pdf_variant=ARCHIVAL if archival else None)


@dataclass(frozen=True)
class Sheet:
    """One sheet: `widths` in characters (guessed from the head when None), `totals` as a last, bold row."""

    title: str
    header: Sequence[str]
    rows: Iterable[Sequence[Value]]
    widths: Sequence[float] | None = None
    totals: Sequence[Value] | None = None


def workbook(sheets: list[Sheet]) -> bytes:
    """The sheets as XLSX, written row by row: head frozen, filter on, A4 across with the head on each page."""
    book = Workbook(write_only=True)
    for sheet in sheets:
        _write(book.create_sheet(_sheet_title(sheet.title)), sheet)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _sheet_title(title: str) -> str:
    return re.sub(r"[\[\]:*?/\\]", "・", title)[:31]


# Pages are typed Any: openpyxl gives a write-only page its layout at run time, which its stubs do not know.
def _write(page: Any, sheet: Sheet) -> None:
    _lay_out(page, sheet)
    page.append([_cell(page, title, head=True) for title in sheet.header])
    written = 1
    for row in sheet.rows:
        page.append([_cell(page, value) for value in row])
        written += 1
    page.auto_filter.ref = f"A1:{get_column_letter(max(len(sheet.header), 1))}{written}"
    if sheet.totals is not None:
        page.append([_cell(page, value, bold=True) for value in sheet.totals])


def _lay_out(page: Any, sheet: Sheet) -> None:
    widths = sheet.widths or [_guessed_width(title) for title in sheet.header]
    for column, width in enumerate(widths, start=1):
        page.column_dimensions[get_column_letter(column)].width = width
    page.freeze_panes = "A2"
    page.print_title_rows = "1:1"
    page.page_setup.orientation = "landscape"
    page.page_setup.paperSize = 9  # A4
    page.page_setup.fitToHeight = 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.oddFooter.center.text = "&P / &N"


def _guessed_width(title: str) -> float:
    lowest, highest = _WIDTH_LIMITS
    return min(max(len(title) * 2 + 4, lowest), highest)


def _cell(page: Any, value: Value, *, head: bool = False, bold: bool = False) -> Cell:
    written = _written(value)
    cell: Cell = WriteOnlyCell(page, value=written)  # type: ignore[arg-type]  # the stubs forget dates
    cell.font = _BOLD if head or bold else _PLAIN
    if head:
        cell.fill = _HEAD
        cell.alignment = _HEAD_ALIGNMENT
    if isinstance(written, str) and written.startswith(_FORMULA_STARTS):
        # Somebody's name or remark must never be calculated, nor when the sheet is edited and saved again.
        cell.data_type = "s"
        cell.quotePrefix = True
    if isinstance(written, datetime):
        cell.number_format = "yyyy/mm/dd hh:mm"
    elif isinstance(written, date):
        cell.number_format = "yyyy/mm/dd"
    return cell


def _written(value: Value) -> Value:
    if isinstance(value, datetime) and timezone.is_aware(value):
        return timezone.make_naive(value)
    return _FORBIDDEN.sub("", value) if isinstance(value, str) else value
