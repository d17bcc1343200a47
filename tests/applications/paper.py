"""Forms signed on paper and their scans, for the tests of scans, originals and what follows from them."""

from io import BytesIO

import pytest
from django.utils import timezone
from pypdf import PdfWriter, Transformation

from applications.actions import application_draft, application_sign_on_paper
from applications.models import Application, ScanFile
from applications.papers import forms_pdf
from applications.scans.receiving import scan_receive
from applications.tasks import read_scans_due
from postoffices.city import CityInfo, current_city
from postoffices.rules import Signature
from tests.counters.desk import Desk
from writing.papers import pdf_from_html

SCANS = "/staff/scans/"
EXECUTABLE = b"MZ\x90\x00" + b"\x00" * 200


def let_paper_count(monkeypatch: pytest.MonkeyPatch) -> None:
    """Signatures on paper are accepted today."""
    city, today = current_city(), timezone.localdate()
    rules = city.rules.model_copy(update={"signature": Signature(paper_from=today, paper_until=today)})
    changed = CityInfo(city.name, city.slug, rules, city.citizen_desk, city.helpdesk)
    monkeypatch.setattr("applications.actions.forms.current_city", lambda: changed)


def on_paper(desk: Desk, hour: int = 9) -> Application:
    drafted = application_draft(reservation=desk.booking(hour=hour), by=desk.by)
    return application_sign_on_paper(application=drafted, by=desk.by)


def scan_of(desk: Desk, *applications: Application) -> bytes:
    return forms_pdf(applications, by=desk.by)


def sent(desk: Desk, data: bytes, filename: str = "scan.pdf") -> ScanFile:
    """Sent in and read by the worker."""
    file = scan_receive(filename=filename, data=data, by=desk.by)
    read_scans_due()
    file.refresh_from_db()
    return file


def joined(*parts: bytes) -> bytes:
    writer = PdfWriter()
    for part in parts:
        writer.append(BytesIO(part))
    return written(writer)


def written(writer: PdfWriter) -> bytes:
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def upside_down(data: bytes) -> bytes:
    """The content itself stands on its head, as from a scanner: no rotation is noted in the file."""
    writer = PdfWriter(clone_from=BytesIO(data))
    for page in writer.pages:
        wide, high = float(page.mediabox.width), float(page.mediabox.height)
        page.add_transformation(Transformation().rotate(180).translate(wide, high))
    return written(writer)


BLANK = pdf_from_html("<p>見本</p>")
