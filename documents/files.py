"""Files that a version may be, and the text in them: PDF, Word and Excel. Read when they come in, and never run.

The text is kept beside the file, page by page (a Word file is one page, an Excel file one a sheet), so that it can be
searched and compared without opening the file again.
"""

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock
from xml.etree import ElementTree

import pypdfium2

from writing.text import normalised_lines

MOST_PAGES = 300
MOST_TEXT = 2_000_000  # letters
MOST_UNPACKED = 100 * 1024 * 1024
MOST_ROWS = 5_000
PDF, ZIP, OLD_OFFICE = b"%PDF-", b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


class NotReadable(Exception):
    """Why the file is not taken, in words for whoever chose it."""


@dataclass(frozen=True, slots=True)
class FileKind:
    ending: str
    media_type: str
    label: str
    read: Callable[[bytes], list[str]]


# pdfium may be used by one thread at a time, and web processes have several.
_pdfium = Lock()


@contextmanager
def _opened(content: bytes) -> Iterator[pypdfium2.PdfDocument]:
    """Raises NotReadable for a file that is broken, or locked by a password."""
    with _pdfium:
        try:
            held = pypdfium2.PdfDocument(content)
        except pypdfium2.PdfiumError as error:
            raise NotReadable("PDFを開けません。壊れているか、パスワードがかかっています。") from error
        try:
            yield held
        except pypdfium2.PdfiumError as error:
            raise NotReadable("PDFのページを読み取れません。作り直したPDFを選んでください。") from error
        finally:
            held.close()


def pages_of_pdf(content: bytes) -> list[str]:
    """Raises NotReadable."""
    with _opened(content) as held:
        if len(held) > MOST_PAGES:
            raise NotReadable(f"ページが多すぎます。{MOST_PAGES}ページ以下に分けてください。")
        return [_page_text(held, number) for number in range(len(held))]


def _page_text(held: pypdfium2.PdfDocument, number: int) -> str:
    page = held[number]
    text = page.get_textpage()
    try:
        return normalised_lines(text.get_text_bounded())
    finally:
        text.close()
        page.close()


def text_of_pdf(content: bytes) -> str:
    """Raises NotReadable."""
    return "\n".join(pages_of_pdf(content))


def page_picture(content: bytes, number: int, *, wide: int) -> bytes:
    """A page of a PDF (counted from 0) as JPEG, `wide` pixels wide. Raises NotReadable, IndexError."""
    with _opened(content) as held:
        if not 0 <= number < len(held):
            raise IndexError(number)
        page = held[number]
        out = io.BytesIO()
        page.render(scale=wide / page.get_width()).to_pil().convert("RGB").save(out, "JPEG", quality=80)
        page.close()
        return out.getvalue()


def _members(content: bytes) -> dict[str, bytes]:
    """The XML parts of an Office file. Raises NotReadable for what is broken, too large, or carries programs."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as box:
            listed = box.infolist()
            if any("vbaproject" in each.filename.lower() for each in listed):
                raise NotReadable("マクロの入ったファイルは受け取れません。マクロのない形式で保存してください。")
            if sum(each.file_size for each in listed) > MOST_UNPACKED:
                raise NotReadable("ファイルの中身が大きすぎます。分けて保存してください。")
            return {each.filename: box.read(each) for each in listed if each.filename.endswith(".xml")}
    except (zipfile.BadZipFile, RuntimeError, EOFError, NotImplementedError) as error:
        raise NotReadable("ファイルが壊れているか、パスワードがかかっています。") from error


def _parsed(part: bytes) -> ElementTree.Element:
    """Raises NotReadable. Entities of one's own are how such files attack their readers; no program writes them."""
    if b"<!DOCTYPE" in part or b"<!ENTITY" in part:
        raise NotReadable("ファイルの形式が正しくありません。")
    try:
        return ElementTree.fromstring(part)  # noqa: S314 (neither DTD nor entities, see above)
    except ElementTree.ParseError as error:
        raise NotReadable("ファイルが壊れています。") from error


def pages_of_word(content: bytes) -> list[str]:
    """The paragraphs, tables too, in their order. Raises NotReadable."""
    members = _members(content)
    body = _parsed(members["word/document.xml"])
    lines = ["".join(_said(node) for node in paragraph.iter()) for paragraph in body.iter(f"{WORD}p")]
    return [normalised_lines("\n".join(lines))]


def _said(node: ElementTree.Element) -> str:
    if node.tag == f"{WORD}t":
        return node.text or ""
    return {f"{WORD}tab": "\t", f"{WORD}br": "\n"}.get(node.tag, "")


def pages_of_excel(content: bytes) -> list[str]:
    """One page a sheet, cells as they are kept (of a formula its last value). Raises NotReadable."""
    members = _members(content)
    texts = _shared(members)
    names = [sheet.get("name", "") for sheet in _parsed(members["xl/workbook.xml"]).iter(f"{SHEET}sheet")]
    sheets = sorted((name for name in members if re.fullmatch(r"xl/worksheets/sheet\d+\.xml", name)), key=_place)
    pages = []
    for place, name in enumerate(sheets):
        title = names[place] if place < len(names) else name
        rows = list(_parsed(members[name]).iter(f"{SHEET}row"))[:MOST_ROWS]
        lines = ["\t".join(_cell(cell, texts) for cell in row.findall(f"{SHEET}c")) for row in rows]
        pages.append(normalised_lines("\n".join([f"【{title}】", *(line for line in lines if line.strip())])))
    return pages


def _shared(members: dict[str, bytes]) -> list[str]:
    """Texts that cells name by their place."""
    part = members.get("xl/sharedStrings.xml")
    return [_joined(item, "t") for item in _parsed(part).findall(f"{SHEET}si")] if part else []


def _place(name: str) -> int:
    return int("".join(char for char in name.rpartition("/")[2] if char.isdigit()))


def _cell(cell: ElementTree.Element, texts: list[str]) -> str:
    kind, value = cell.get("t"), cell.findtext(f"{SHEET}v") or ""
    if kind == "s":
        return texts[int(value)] if value.isdigit() and int(value) < len(texts) else ""
    return _joined(cell, "t") if kind == "inlineStr" else value


def _joined(node: ElementTree.Element, tag: str) -> str:
    return "".join(part.text or "" for part in node.iter(f"{SHEET}{tag}"))


PDF_FILE = FileKind("pdf", "application/pdf", "PDF", pages_of_pdf)
WORD_FILE = FileKind(
    "docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "Word", pages_of_word
)
EXCEL_FILE = FileKind(
    "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "Excel", pages_of_excel
)
KINDS = (PDF_FILE, WORD_FILE, EXCEL_FILE)


def kind_of(content: bytes) -> FileKind:
    """By what is in the file, whatever it is called. Raises NotReadable."""
    if content.startswith(PDF):
        return PDF_FILE
    if content.startswith(OLD_OFFICE):
        raise NotReadable("古い形式か、パスワードのかかったOfficeのファイルです。docxかxlsxで保存してください。")
    if content.startswith(ZIP):
        members = _members(content)
        if "word/document.xml" in members:
            return WORD_FILE
        if "xl/workbook.xml" in members:
            return EXCEL_FILE
    raise NotReadable("受け取れるのは、PDF・Word（docx）・Excel（xlsx）のファイルです。")


def kind_of_media(media_type: str) -> FileKind:
    return next(kind for kind in KINDS if kind.media_type == media_type)


def read_file(content: bytes) -> tuple[FileKind, list[str]]:
    """What the file is, and its text page by page. Raises NotReadable."""
    kind = kind_of(content)
    pages = kind.read(content)
    if sum(len(page) for page in pages) > MOST_TEXT:
        raise NotReadable("文字が多すぎます。ファイルを分けてください。")
    return kind, pages
