"""Scanned paper forms: matched by their codes or by hand, every bad file answered in words, nothing lost."""

import socket
import struct
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from io import BytesIO
from threading import Thread

import pytest
import segno
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from pypdf import PdfReader, PdfWriter, Transformation
from pytest_django import Settings

from accounts.roles import Role
from applications.actions import application_draft, application_sign_on_paper
from applications.models import (
    Application,
    ApplicationState,
    ArchiveEntry,
    Original,
    OriginalBatch,
    OriginalState,
    PageReason,
    PageState,
    ScanFile,
    ScanPage,
    ScanState,
    SignKind,
)
from applications.papers import forms_pdf
from applications.scans.errors import (
    AlreadyDecided,
    AlreadyReceived,
    EmptyFile,
    FileTooLarge,
    NoPageBefore,
    NotForThisApplication,
    NotSentYet,
)
from applications.scans.matching import page_assign, page_continue, page_set_aside
from applications.scans.originals import (
    originals_pack,
    originals_receive,
    originals_send,
    originals_waiting,
    wards_waiting,
)
from applications.scans.reading import page_picture, pages_read
from applications.scans.receiving import MOST_BYTES, MOST_TRIES, scan_claim, scan_read, scan_receive
from applications.signing.seals import check_seal
from applications.tasks import SCANNER, read_scans_due, seal_due
from audit.models import AuditEvent
from postoffices.city import CityInfo, current_city
from postoffices.rules import Signature
from tests.counters.desk import Desk
from tests.people import client_of
from vault.actions import object_read
from vault.malware import Malware, malware_in
from writing.papers import pdf_from_html

SCANS = "/staff/scans/"
EXECUTABLE = b"MZ\x90\x00" + b"\x00" * 200


@pytest.fixture(autouse=True)
def paper_counts(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    city, today = current_city(), timezone.localdate()
    rules = city.rules.model_copy(update={"signature": Signature(paper_from=today, paper_until=today)})
    changed = CityInfo(city.name, city.slug, rules, city.citizen_desk, city.helpdesk)
    monkeypatch.setattr("applications.actions.forms.current_city", lambda: changed)


@pytest.fixture
def manager(desk: Desk) -> Client:
    return client_of(Role.MANAGER, "manager")


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
    assert [page.numbers for page in pages_read(kept)] == [(first.number,)]
    assert set(ArchiveEntry.objects.values_list("sign_kind", flat=True)) == {SignKind.PAPER}


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
def test_a_page_is_read_and_set_upright_however_it_lies(desk: Desk, turns: int) -> None:
    application = on_paper(desk)
    writer = PdfWriter(clone_from=BytesIO(scan_of(desk, application)))
    writer.pages[0].rotate(90 * turns)
    (read,) = pages_read(written(writer))
    assert read.numbers == (application.number,)
    upright = pdf_from_html(
        f'<img src="data:image/jpeg;base64,{_base64(page_picture(written(writer), 1, read.turned))}">'
    )
    (again,) = pages_read(upright)
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


def test_without_its_audit_event_no_page_is_decided(
    desk: Desk, audit_cannot_be_written: Callable[[], AbstractContextManager[None]]
) -> None:
    page = sent(desk, BLANK).pages.get()
    with audit_cannot_be_written():
        page_set_aside(page=page, by=desk.by)
    page.refresh_from_db()
    assert page.state == PageState.OPEN


# -- bad files ------------------------------------------------------------------------------------------------
def encrypted() -> bytes:
    writer = PdfWriter(clone_from=BytesIO(BLANK))
    writer.encrypt("secret", algorithm="AES-256")
    return written(writer)


@pytest.mark.requirement("fukuoka-19")
@pytest.mark.parametrize(
    ("data", "words"),
    [
        (EXECUTABLE, "PDFファイルではありません"),
        (encrypted(), "パスワードのかかったPDF"),
        (BLANK[:300], "壊れている"),
        (b"%PDF-1.7\n" + b"nonsense " * 50, "壊れている"),
    ],
)
def test_a_bad_file_is_answered_in_words_and_kept(desk: Desk, manager: Client, data: bytes, words: str) -> None:
    file = sent(desk, data)
    assert file.state == ScanState.UNREADABLE
    assert words in file.trouble
    assert words in manager.get(SCANS).content.decode()
    assert object_read(held=file.content, by=SCANNER, purpose="test") == data
    answer = manager.get(f"{SCANS}files/{file.pk}/original/")
    assert answer.content == data
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment")


def test_what_is_too_much_or_nothing_or_here_already_is_refused(desk: Desk) -> None:
    with pytest.raises(EmptyFile):
        scan_receive(filename="empty.pdf", data=b"", by=desk.by)
    with pytest.raises(FileTooLarge):
        scan_receive(filename="large.pdf", data=b"%PDF-" + b"0" * MOST_BYTES, by=desk.by)
    scan_receive(filename="scan.pdf", data=BLANK, by=desk.by)
    with pytest.raises(AlreadyReceived):
        scan_receive(filename="again.pdf", data=BLANK, by=desk.by)
    assert ScanFile.objects.count() == 1


def test_a_file_that_kills_its_reader_is_set_aside(desk: Desk) -> None:
    file = scan_receive(filename="scan.pdf", data=BLANK, by=desk.by)
    ScanFile.objects.update(tries=MOST_TRIES)
    claimed = scan_claim()
    assert claimed is not None
    assert scan_claim() is None
    scan_read(file=claimed, by=SCANNER)
    file.refresh_from_db()
    assert file.state == ScanState.UNREADABLE


# -- viruses ----------------------------------------------------------------------------------------------------
@pytest.fixture
def clamd(settings: Settings) -> Iterator[None]:
    """A daemon that speaks INSTREAM and finds a virus in whatever holds the word."""
    server = socket.create_server(("127.0.0.1", 0))
    settings.CLAMD_ADDRESS = f"127.0.0.1:{server.getsockname()[1]}"

    def answer() -> None:
        while True:
            try:
                caller, _ = server.accept()
            except OSError:
                return
            with caller, caller.makefile("rb") as stream:
                assert stream.read(10) == b"zINSTREAM\0"
                data = b""
                while length := struct.unpack("!I", stream.read(4))[0]:
                    data += stream.read(length)
                found = b"stream: Test.Virus FOUND\0" if data == EXECUTABLE else b"stream: OK\0"
                caller.sendall(found)

    thread = Thread(target=answer)
    thread.start()
    yield
    server.shutdown(socket.SHUT_RDWR)
    server.close()
    thread.join()


@pytest.mark.requirement("fukuoka-19")
def test_an_infected_file_is_never_opened_nor_given_out(desk: Desk, manager: Client, clamd: None) -> None:
    file = sent(desk, EXECUTABLE)
    assert (file.state, file.malware) == (ScanState.INFECTED, Malware.INFECTED)
    assert manager.get(f"{SCANS}files/{file.pk}/original/").status_code == 404
    assert "ウイルスの疑い" in manager.get(SCANS).content.decode()
    clean = sent(desk, scan_of(desk, on_paper(desk)))
    assert (clean.state, clean.malware) == (ScanState.READ, Malware.CLEAN)


def test_without_an_answer_of_the_scanner_nothing_is_read(desk: Desk, settings: Settings) -> None:
    assert malware_in(BLANK) == Malware.UNSCANNED
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.CLAMD_ADDRESS = f"127.0.0.1:{silent.getsockname()[1]}"
    file = sent(desk, BLANK)
    assert file.state == ScanState.WAITING
    assert "自動でやり直します" in file.trouble
    assert file.due_at > timezone.now()


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


# -- originals ------------------------------------------------------------------------------------------------------
@pytest.mark.requirement("fukuoka-24")
def test_originals_are_packed_sent_received_and_missed(manager: Client, officer: Client, desk: Desk) -> None:
    forms = [on_paper(desk, hour) for hour in (9, 11)]
    sent(desk, scan_of(desk, *forms))
    assert not originals_waiting().exists()  # the scan is not kept yet
    seal_due()
    ward = desk.town.office.ward
    assert wards_waiting() == [(ward, 2)]
    assert officer.post(f"{SCANS}originals/pack/{ward.code}/").status_code == 403
    made = manager.post(f"{SCANS}originals/pack/{ward.code}/", follow=True).content.decode()
    assert all(form.number in made for form in forms)
    batch = OriginalBatch.objects.get()
    assert wards_waiting() == []
    with pytest.raises(NotSentYet):
        originals_receive(batch=batch, by=desk.by)
    assert manager.get(f"{SCANS}originals/{batch.pk}.pdf").content.startswith(b"%PDF")
    manager.post(f"{SCANS}originals/{batch.pk}/send/")
    officer.post(f"{SCANS}originals/{batch.pk}/", {"missing": [forms[1].number]})
    assert set(Original.objects.values_list("state", flat=True)) == {OriginalState.RECEIVED, OriginalState.MISSING}
    assert "届いていない原本があります" in manager.get(f"{SCANS}originals/").content.decode()
    officer.post(f"{SCANS}originals/{batch.pk}/", {})
    assert set(Original.objects.values_list("state", flat=True)) == {OriginalState.RECEIVED}
    assert "届いていない原本があります" not in manager.get(f"{SCANS}originals/").content.decode()
    # What was received once does not get lost by a slip afterwards.
    officer.post(f"{SCANS}originals/{batch.pk}/", {"missing": [forms[0].number]})
    assert set(Original.objects.values_list("state", flat=True)) == {OriginalState.RECEIVED}


def test_two_who_pack_at_once_send_each_original_once(desk: Desk) -> None:
    sent(desk, scan_of(desk, on_paper(desk)))
    seal_due()
    batch = originals_pack(ward=desk.town.office.ward, by=desk.by)
    assert batch.originals.count() == 1
    assert originals_send(batch=batch, by=desk.by).sent_at == originals_send(batch=batch, by=desk.by).sent_at
    assert AuditEvent.objects.filter(action="originals.sent").count() == 1
