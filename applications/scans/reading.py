"""Reading scanned PDFs: pages as pictures, and the QR code of the form on them. Data in, facts out.

What comes in is not trusted: it is only ever drawn to pixels here, and what is kept and shown is made from these.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import BinaryIO

import pypdfium2
import zxingcpp
from PIL import Image

from applications.scans.errors import NotAPdf, PdfBroken, PdfEncrypted, TooManyPages

APPLICATION_NUMBER = re.compile(r"\d{4}-\d{6,7}")
# Of one file: a day of a large office. What a page says is kept while the rest is read.
MOST_PAGES = 3000
# Points of the PDF to pixels. The second try is for small or pale codes.
SCALES = (200 / 72, 300 / 72)
# A page of any size becomes at most so many pixels: A3 at 300 dpi fits.
MOST_PIXELS = 20_000_000
QUALITY = 80
QR_CODES = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])
HEADER_WITHIN = 1024


@dataclass(frozen=True, slots=True)
class PageRead:
    """The application numbers on a page, and by how many degrees it stands wrong."""

    numbers: tuple[str, ...]
    turned: int = 0


def page_count(source: BinaryIO) -> int:
    """Raises NotAPdf, PdfEncrypted, PdfBroken, TooManyPages."""
    with _opened(source) as document:
        return len(document)


def pages_read(source: BinaryIO, *, first: int = 1) -> Iterator[PageRead]:
    """The codes of the pages from `first` on, one page in memory at a time. Raises as `page_count` does."""
    with _opened(source) as document:
        for index in range(first - 1, len(document)):
            yield _read(document, index)


def page_picture(source: BinaryIO, number: int, turned: int = 0) -> bytes:
    """Page `number` (from 1) as JPEG, upright. Raises as `page_count` does."""
    with _opened(source) as document:
        picture = _drawn(document, number - 1, SCALES[0])
        made = BytesIO()
        picture.rotate(turned, expand=True).convert("RGB").save(made, "JPEG", quality=QUALITY)
        return made.getvalue()


@contextmanager
def _opened(source: BinaryIO) -> Iterator[pypdfium2.PdfDocument]:
    source.seek(0)
    if b"%PDF-" not in source.read(HEADER_WITHIN):
        raise NotAPdf
    source.seek(0)
    try:
        document = pypdfium2.PdfDocument(source)
    except pypdfium2.PdfiumError as error:
        raise (PdfEncrypted if "password" in str(error).lower() else PdfBroken) from error
    try:
        if len(document) == 0:
            raise PdfBroken
        if len(document) > MOST_PAGES:
            raise TooManyPages
        yield document
    except pypdfium2.PdfiumError as error:
        raise PdfBroken from error
    finally:
        document.close()


def _drawn(document: pypdfium2.PdfDocument, index: int, scale: float) -> Image.Image:
    page = document[index]
    width, height = page.get_size()
    if width <= 0 or height <= 0:
        raise PdfBroken
    bounded = min(scale, (MOST_PIXELS / (width * height)) ** 0.5)
    picture: Image.Image = page.render(scale=bounded, grayscale=True).to_pil()
    page.close()
    return picture


def _read(document: pypdfium2.PdfDocument, index: int) -> PageRead:
    for scale in SCALES:
        codes = zxingcpp.read_barcodes(_drawn(document, index, scale), formats=QR_CODES)
        held = {code.text: code.orientation for code in codes if APPLICATION_NUMBER.fullmatch(code.text)}
        if held:
            return PageRead(tuple(sorted(held)), _right_angle(next(iter(held.values()))))
    return PageRead(())


def _right_angle(degrees: float) -> int:
    """The code's turn, to the next quarter: by so much the page has to be turned back (counter-clockwise)."""
    return round(degrees / 90) * 90 % 360
