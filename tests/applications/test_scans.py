"""Scanned paper forms: matched by their codes or by hand, sealed when they are complete."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from io import BytesIO

import pytest
import segno
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pypdf import PdfReader, PdfWriter

from applications.actions import application_draft
from applications.models import (
    ApplicationState,
    ArchiveEntry,
    PageReason,
    PageState,
    ScanFile,
    ScanPage,
    ScanState,
    SignKind,
)
from applications.scans.errors import (
    AlreadyDecided,
    NoPageBefore,
    NotForThisApplication,
)
from applications.scans.matching import page_assign, page_continue, page_set_aside
from applications.scans.reading import page_picture, pages_read
from applications.signing.seals import check_seal
from applications.tasks import SCANNER, read_scans_due, seal_due
from audit.models import AuditEvent
from tests.applications.paper import BLANK, SCANS, joined, on_paper, scan_of, sent, upside_down, written
from tests.counters.desk import Desk
from vault.actions import object_read
from vault.malware import Malware
from writing.papers import pdf_from_html

pytestmark = pytest.mark.usefixtures("paper_counts")


# -- the straight way ----------------------------------------------------------------------------------
@pytest.mark.requirement("fukuoka-23")
def test_a_stack_of_forms_finds_its_applications_and_is_sealed(desk: Desk) -> None:
    first, second = on_paper(desk), on_paper(desk, 11)
    file = sent(desk, scan_of(desk, first, second))
    assert (file.state, file.malware, file.trouble) == (ScanState.READ, Malware.UNSCANNED, "")
    assert [page.application for page in file.pages.all()] == [first, second]
    assert seal_due() == 2
    first.refresh_from_db()
    assert first.state == ApplicationState.ARCHIVED
    assert first.document is not None
    kept = object_read(held=first.document, by=SCANNER, purpose="test")
    assert check_seal(kept).holds
    assert len(PdfReader(BytesIO(kept)).pages) == 1
    # What is kept is made of pixels: reading it again finds the same form.
    assert [page.numbers for page in pages_read(BytesIO(kept))] == [(first.number,)]
    assert set(ArchiveEntry.objects.values_list("sign_kind", flat=True)) == {SignKind.PAPER}


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
def test_a_page_is_read_and_set_upright_however_it_lies(desk: Desk, turns: int) -> None:
    application = on_paper(desk)
    writer = PdfWriter(clone_from=BytesIO(scan_of(desk, application)))
    writer.pages[0].rotate(90 * turns)
    (read,) = pages_read(BytesIO(written(writer)))
    assert read.numbers == (application.number,)
    upright = pdf_from_html(
        f'<img src="data:image/jpeg;base64,{_base64(page_picture(BytesIO(written(writer)), 1, read.turned))}">'
    )
    (again,) = pages_read(BytesIO(upright))
    assert again.turned == 0


def _base64(data: bytes) -> str:
    import base64

    return base64.b64encode(data).decode()


def test_upside_down_content_is_turned(desk: Desk) -> None:
    application = on_paper(desk)
    file = sent(desk, upside_down(scan_of(desk, application)))
    page = file.pages.get()
    assert (page.application, page.turned) == (application, 180)


# -- what a hand has to do --------------------------------------------------------------------------------
def reason_of(file: ScanFile) -> tuple[str, str]:
    page = file.pages.get()
    assert page.application is None
    return page.state, page.reason


def test_each_page_without_an_answer_says_why(desk: Desk) -> None:
    application = on_paper(desk)
    drafted = application_draft(reservation=desk.booking(hour=13), by=desk.by)
    two = PdfWriter(clone_from=BytesIO(scan_of(desk, application)))
    code = segno.make_qr("2026-123456").svg_data_uri(scale=4)
    two.pages[0].merge_page(
        PdfReader(BytesIO(pdf_from_html(f'<img src="{code}" style="margin: 120mm 60mm; width: 20mm">'))).pages[0]
    )
    unknown = pdf_from_html(f'<img src="{code}">')
    foreign = pdf_from_html(f'<img src="{segno.make_qr("https://example.jp/").svg_data_uri(scale=4)}">')
    for data, reason in (
        (BLANK, PageReason.NO_CODE),
        (foreign, PageReason.NO_CODE),
        (written(two), PageReason.TWO_CODES),
        (unknown, PageReason.UNKNOWN),
        (scan_of(desk, drafted), PageReason.NOT_PAPER),
    ):
        assert reason_of(sent(desk, data)) == (PageState.OPEN, reason)
    assert seal_due() == 0


def test_the_same_form_twice_is_no_second_form(desk: Desk) -> None:
    application = on_paper(desk)
    data = scan_of(desk, application)
    sent(desk, data)
    assert reason_of(sent(desk, upside_down(data))) == (PageState.OPEN, PageReason.KEPT)
    seal_due()
    assert reason_of(sent(desk, joined(data))) == (PageState.OPEN, PageReason.KEPT)
    assert ArchiveEntry.objects.count() == 1


@pytest.mark.requirement("fukuoka-23")
def test_a_form_waits_for_the_pages_behind_it(desk: Desk) -> None:
    first, second = on_paper(desk), on_paper(desk, 11)
    file = sent(desk, joined(scan_of(desk, first), BLANK, scan_of(desk, second)))
    assert seal_due() == 1  # the second form is complete; what follows the first is not known yet
    back = file.pages.get(number=2)
    page_continue(page=back, by=desk.by)
    assert seal_due() == 1
    first.refresh_from_db()
    assert first.document is not None
    kept = object_read(held=first.document, by=SCANNER, purpose="test")
    assert len(PdfReader(BytesIO(kept)).pages) == 2


def test_a_page_is_assigned_once_and_only_where_it_may_go(desk: Desk) -> None:
    application, drafted = on_paper(desk), application_draft(reservation=desk.booking(hour=13), by=desk.by)
    page = sent(desk, BLANK).pages.get()
    with pytest.raises(NotForThisApplication, match="紙の署名として記録されていない"):
        page_assign(page=page, application=drafted, turned=0, by=desk.by)
    with pytest.raises(NoPageBefore):
        page_continue(page=page, by=desk.by)
    page_assign(page=page, application=application, turned=180, by=desk.by)
    with pytest.raises(AlreadyDecided):
        page_set_aside(page=page, by=desk.by)
    assert seal_due() == 1
    page.refresh_from_db()
    assert (page.turned, page.decided_by) == (180, desk.clerk)


def test_the_only_page_of_a_file_can_be_set_aside(desk: Desk, manager: Client) -> None:
    page = sent(desk, BLANK).pages.get()
    answer = manager.post(f"{SCANS}pages/{page.pk}/set-aside/", follow=True).content.decode()
    assert "手作業を待つページはなくなりました" in answer
    assert seal_due() == 0


def test_without_its_audit_event_no_page_is_decided(
    desk: Desk, audit_cannot_be_written: Callable[[], AbstractContextManager[None]]
) -> None:
    page = sent(desk, BLANK).pages.get()
    with audit_cannot_be_written():
        page_set_aside(page=page, by=desk.by)
    page.refresh_from_db()
    assert page.state == PageState.OPEN


# -- screens ------------------------------------------------------------------------------------------------------
@pytest.mark.requirement("fukuoka-23")
def test_files_are_sent_and_the_rest_is_found_by_hand(manager: Client, desk: Desk) -> None:
    application = on_paper(desk)
    answer = manager.post(
        SCANS,
        {"files": [SimpleUploadedFile("一.pdf", BLANK), SimpleUploadedFile("二.pdf", b"")]},
        follow=True,
    ).content.decode()
    assert "1件を受け取りました" in answer
    assert "二.pdf：中身のないファイルです" in answer
    read_scans_due()
    assert "手作業を待つページがあります" in manager.get(SCANS).content.decode()
    page = ScanPage.objects.get()
    shown = manager.get(f"{SCANS}pages/{page.pk}/").content.decode()
    assert "QRコードがありません" in shown
    picture = manager.get(f"{SCANS}pages/{page.pk}/picture.jpg")
    assert picture.content.startswith(b"\xff\xd8")
    assert AuditEvent.objects.filter(action="scan.viewed").count() == 1
    wrong = manager.post(f"{SCANS}pages/{page.pk}/", {"number": "2026-999999"})
    assert wrong.status_code == 422
    assert "この番号の申請書はありません" in wrong.content.decode()
    right = manager.post(f"{SCANS}pages/{page.pk}/", {"number": application.number.replace("-", "")}, follow=True)
    assert "手作業を待つページはなくなりました" in right.content.decode()
    assert seal_due() == 1


def test_no_file_at_all_is_said(manager: Client) -> None:
    assert "PDFファイルを選んでください" in manager.post(SCANS, follow=True).content.decode()
