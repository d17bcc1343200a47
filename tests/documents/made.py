"""Documents for tests, made through the actions."""

import io
import zipfile
from collections.abc import Sequence
from uuid import uuid4

from openpyxl import Workbook
from weasyprint import HTML

from accounts.models import User
from accounts.roles import Role
from audit.actors import Actor
from documents.actions import Content, document_create, version_approve, version_publish, version_submit
from documents.models import Document, DocumentKind, Version
from tests.people import staff_member

TEXT = "## 受付\n\n1. 予約番号を確かめます。\n2. 「受付する」を押します。"


def pdf_of(*pages: str) -> bytes:
    """A PDF with these texts, one a page."""
    written = "".join(f"<p style='page-break-after: always'>{page}</p>" for page in pages[:-1]) + f"<p>{pages[-1]}</p>"
    made: bytes = HTML(string=written).write_pdf()
    return made


def word_of(*paragraphs: str, macro: bool = False, doctype: bool = False) -> bytes:
    """The least Word file that holds these paragraphs."""
    head = '<!DOCTYPE x [<!ENTITY y "z">]>' if doctype else ""
    name = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    body = "".join(f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>" for text in paragraphs)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as box:
        box.writestr("word/document.xml", f'{head}<w:document xmlns:w="{name}"><w:body>{body}</w:body></w:document>')
        if macro:
            box.writestr("word/vbaProject.bin", b"macro")
    return out.getvalue()


def excel_of(**sheets: list[list[str | int]]) -> bytes:
    book = Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def someone(role: Role, name: str) -> User:
    """The member of staff called so, made at the first call."""
    return User.objects.filter(username=name).first() or staff_member(role, name)


def author() -> Actor:
    return Actor.staff(someone(Role.BUREAU, "author"))


def officer() -> Actor:
    return Actor.staff(someone(Role.CITY_OFFICER, "officer"))


def draft(
    *,
    text: str = TEXT,
    kind: DocumentKind = DocumentKind.MANUAL,
    audience: Sequence[Role] = (Role.CLERK,),
    title: str = "窓口の手引き",
    file: bytes = b"",
    file_name: str = "見本.pdf",
) -> Version:
    """The first version of a new document."""
    document: Document = document_create(
        key=uuid4(),
        kind=kind,
        title=title,
        audience=audience,
        must_confirm=True,
        content=Content(changes="最初の版です。", text=text, file=file, file_name=file_name if file else ""),
        by=author(),
    )
    return document.versions.get(number=1)


def submitted_version(**fields: object) -> Version:
    return version_submit(version=draft(**fields), by=author())  # type: ignore[arg-type]


def published_version(**fields: object) -> Version:
    return publish(submitted_version(**fields))


def publish(version: Version) -> Version:
    """A submitted version, approved by the city and published."""
    version_approve(version=version, by=officer())
    return version_publish(version=version, by=author())
