"""PDF without a network, sheets without formulas."""

import logging
import re
import zlib
from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from openpyxl import load_workbook

from writing.numbers import number_text, phone_text
from writing.papers import STATIC_ADDRESS, Sheet, StaticFetcher, Value, pdf_from_html, workbook


def unpacked(paper: bytes) -> bytes:
    """The PDF's objects, readable."""
    packed = re.findall(rb"stream\n(.*?)\nendstream", paper, re.DOTALL)
    return b"".join(zlib.decompressobj().decompress(stream) for stream in packed if stream[:1] == b"x")


def test_pdf_takes_its_style_from_the_static_files() -> None:
    with_style = pdf_from_html('<link rel="stylesheet" href="css/print.css"><h1>日報</h1>')
    without_style = pdf_from_html("<h1>日報</h1>")
    assert b"BIZ-UDPGothic" in unpacked(with_style)
    assert b"BIZ-UDPGothic" not in unpacked(without_style)


@pytest.mark.parametrize(
    "address", ["https://example.jp/a.css", "http://localhost/a.css", "file:///etc/hostname", "ftp://example.jp/a"]
)
def test_pdf_fetches_nothing_from_outside(address: str) -> None:
    with pytest.raises(ValueError, match="nothing from outside"):
        StaticFetcher().fetch(address)


def test_pdf_reads_nothing_but_static_files() -> None:
    with pytest.raises(ValueError, match="static files only"):
        StaticFetcher().fetch(f"{STATIC_ADDRESS}static/..%2F..%2F..%2Fetc/hostname")


def test_paper_with_a_missing_picture_is_still_made(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL, "weasyprint")
    assert pdf_from_html('<img src="https://example.jp/a.png">本文').startswith(b"%PDF-")


def test_sheet_keeps_types_and_writes_formulas_as_text() -> None:
    rows: list[list[Value]] = [
        ["=1+1", 3, date(2026, 11, 21), datetime(2026, 11, 20, 15, 5, tzinfo=UTC)],
        ["+81", -4, None, None],
        ["-", 0, None, None],
        ["@cmd", 1.5, None, None],
        ["見本\x07 花子", 1, None, None],
    ]
    written = workbook([Sheet("日次/一覧", ["氏名", "件数", "日", "時刻"], rows, totals=["計", 1.5, None, None])])
    page = load_workbook(BytesIO(written)).active
    assert page is not None
    assert page.title == "日次・一覧"
    cells = list(page.iter_rows())
    assert [cell.value for cell in cells[0]] == ["氏名", "件数", "日", "時刻"]
    assert [row[0].value for row in cells[1:]] == ["=1+1", "+81", "-", "@cmd", "見本 花子", "計"]
    assert all(row[0].data_type == "s" for row in cells)
    assert [cells[1][0].quotePrefix, cells[5][0].quotePrefix] == [True, False]
    assert cells[1][1].value == 3
    assert cells[1][2].value == datetime(2026, 11, 21)  # noqa: DTZ001 -- sheets know no time zones
    assert cells[1][3].value == datetime(2026, 11, 21, 0, 5)  # noqa: DTZ001
    assert page.freeze_panes == "A2"
    assert page.auto_filter.ref == "A1:D6"


def test_numbers_are_read_out_in_groups() -> None:
    assert number_text("123456789") == "123-456-789"
    assert phone_text("00012345678") == "000-1234-5678"
    assert phone_text("0930000000") == "093-000-0000"
    assert phone_text("0312345678") == "03-1234-5678"
    assert phone_text("0120000000") == "0120-000-000"
    assert phone_text("12") == "12"
