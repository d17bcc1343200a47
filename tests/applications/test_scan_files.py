"""Bad files among the scans: each is answered in words, and nothing is lost."""

import socket
import subprocess
from io import BytesIO

import pytest
from django.test import Client
from django.utils import timezone
from pypdf import PdfWriter
from pytest_django import Settings

from applications.models import (
    ScanFile,
    ScanState,
)
from applications.scans.errors import (
    AlreadyReceived,
    EmptyFile,
    FileTooLarge,
)
from applications.scans.receiving import MOST_BYTES, MOST_TRIES, scan_claim, scan_read, scan_receive
from applications.tasks import SCANNER
from tests.applications.paper import BLANK, EXECUTABLE, SCANS, on_paper, scan_of, sent, written
from tests.counters.desk import Desk
from tests.fixtures.clamd import VIRUS
from vault.actions import object_read
from vault.malware import Malware, malware_in

pytestmark = pytest.mark.usefixtures("paper_counts")


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
    assert b"".join(answer) == data
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
INFECTED = b"%PDF-1.7 " + VIRUS


@pytest.mark.requirement("fukuoka-19")
def test_an_infected_file_is_never_opened_nor_given_out(
    desk: Desk, manager: Client, clamd: subprocess.Popen[bytes]
) -> None:
    file = sent(desk, INFECTED)
    assert (file.state, file.malware) == (ScanState.INFECTED, Malware.INFECTED)
    assert manager.get(f"{SCANS}files/{file.pk}/original/").status_code == 404
    assert "ウイルスの疑い" in manager.get(SCANS).content.decode()
    clean = sent(desk, scan_of(desk, on_paper(desk)))
    assert (clean.state, clean.malware) == (ScanState.READ, Malware.CLEAN)


def test_a_file_larger_than_the_scanner_takes_is_marked_and_read(
    desk: Desk, manager: Client, clamd: subprocess.Popen[bytes]
) -> None:
    # What follows the end of a PDF belongs to nobody: readers skip it.
    file = sent(desk, BLANK + b"%" + b"0" * 3 * 1024 * 1024)
    assert (file.state, file.malware) == (ScanState.READ, Malware.UNSCANNED)
    assert "ウイルス検査なし" in manager.get(SCANS).content.decode()


def test_a_scanner_that_went_away_is_waited_for(desk: Desk, clamd: subprocess.Popen[bytes]) -> None:
    clamd.kill()
    clamd.wait()
    file = sent(desk, INFECTED)
    assert (file.state, file.malware, file.pages.count()) == (ScanState.WAITING, Malware.UNSCANNED, 0)
    assert "自動でやり直します" in file.trouble


def test_without_an_answer_of_the_scanner_nothing_is_read(desk: Desk, settings: Settings) -> None:
    assert malware_in(BLANK) == Malware.UNSCANNED
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.CLAMD_ADDRESS = f"127.0.0.1:{silent.getsockname()[1]}"
    file = sent(desk, BLANK)
    assert file.state == ScanState.WAITING
    assert "自動でやり直します" in file.trouble
    assert file.due_at > timezone.now()
