"""Large scans in pieces: resumed, repeated without harm, read page by page with the progress on screen."""

import hashlib
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from applications.models import PageState, ScanFile, ScanState, ScanUpload, ScanUploadPiece
from applications.scans import receiving
from applications.scans.errors import (
    AlreadyReceived,
    EmptyFile,
    FileChanged,
    FileTooLarge,
    PieceDamaged,
    PieceElsewhere,
)
from applications.scans.receiving import MOST_TRIES, scan_claim, scan_read, scan_receive
from applications.scans.uploads import (
    MOST_BYTES,
    PIECE_BYTES,
    scan_upload_begin,
    scan_upload_take,
    scan_uploads_abandon_old,
)
from applications.tasks import SCANNER, read_scans_due
from tests.applications.paper import BLANK, SCANS, joined, on_paper, scan_of
from tests.counters.desk import Desk
from vault.actions import object_read

pytestmark = pytest.mark.usefixtures("paper_counts")

LARGE = bytes(range(256)) * 4096 + bytes(range(255, -1, -1)) * 4096 + b"the end"


def pieces(data: bytes) -> list[bytes]:
    return [data[start : start + PIECE_BYTES] for start in range(0, len(data), PIECE_BYTES)]


def fingerprint(data: bytes) -> str:
    return hashlib.sha256(b"".join(hashlib.sha256(piece).digest() for piece in pieces(data))).hexdigest()


def begin(desk: Desk, data: bytes) -> ScanUpload:
    return scan_upload_begin(filename="scan.pdf", size=len(data), fingerprint=fingerprint(data), by=desk.by)


def take(desk: Desk, upload: ScanUpload, offset: int, data: bytes) -> ScanUpload | ScanFile:
    sha256 = hashlib.sha256(data).hexdigest()
    return scan_upload_take(upload=upload, offset=offset, sha256=sha256, data=data, by=desk.by)


def send(desk: Desk, data: bytes) -> ScanUpload | ScanFile:
    outcome: ScanUpload | ScanFile = begin(desk, data)
    for number, piece in enumerate(pieces(data)):
        assert isinstance(outcome, ScanUpload)
        outcome = take(desk, outcome, number * PIECE_BYTES, piece)
    return outcome


@pytest.mark.requirement("fukuoka-23")
def test_a_large_file_arrives_in_pieces_and_goes_on_where_it_stopped(desk: Desk) -> None:
    first, second, third = pieces(LARGE)
    upload = begin(desk, LARGE)
    take(desk, upload, 0, first)
    # The line drops; the same file is chosen again.
    again = begin(desk, LARGE)
    assert (again.pk, again.received) == (upload.pk, PIECE_BYTES)
    take(desk, again, PIECE_BYTES, second)
    kept = take(desk, again, 2 * PIECE_BYTES, third)
    assert isinstance(kept, ScanFile)
    assert kept.sha256 == hashlib.sha256(LARGE).hexdigest()
    assert object_read(held=kept.content, by=SCANNER, purpose="test") == LARGE
    assert not ScanUpload.objects.exists()
    assert not ScanUploadPiece.objects.exists()


def test_what_is_here_already_is_not_sent_again(desk: Desk) -> None:
    send(desk, LARGE)
    with pytest.raises(AlreadyReceived):
        begin(desk, LARGE)
    # In one request before: known by the bytes themselves, once they are there.
    scan_receive(filename="small.pdf", data=BLANK, by=desk.by)
    with pytest.raises(AlreadyReceived):
        send(desk, BLANK)
    assert ScanFile.objects.count() == 2
    assert not ScanUpload.objects.exists()


def test_a_piece_that_does_not_fit_changes_nothing(desk: Desk) -> None:
    first, second, _ = pieces(LARGE)
    upload = begin(desk, LARGE)
    with pytest.raises(PieceDamaged):
        scan_upload_take(upload=upload, offset=0, sha256=hashlib.sha256(second).hexdigest(), data=first, by=desk.by)
    for offset, data in ((PIECE_BYTES, second), (0, first[:-1])):
        with pytest.raises(PieceElsewhere):
            take(desk, upload, offset, data)
    take(desk, upload, 0, first)
    with pytest.raises(PieceElsewhere):
        take(desk, upload, 0, first)
    upload.refresh_from_db()
    assert upload.received == PIECE_BYTES


def test_a_file_that_changed_on_the_way_is_refused(desk: Desk) -> None:
    first, second, third = pieces(LARGE)
    upload = begin(desk, LARGE)
    take(desk, upload, 0, second)
    take(desk, upload, PIECE_BYTES, first)
    with pytest.raises(FileChanged):
        take(desk, upload, 2 * PIECE_BYTES, third)
    assert not ScanUpload.objects.exists()
    assert not ScanFile.objects.exists()


def test_nothing_and_too_much_are_refused_before_anything_is_sent(desk: Desk) -> None:
    for size, refusal in ((0, EmptyFile), (MOST_BYTES + 1, FileTooLarge)):
        with pytest.raises(refusal):
            scan_upload_begin(filename="scan.pdf", size=size, fingerprint="0" * 64, by=desk.by)


def test_what_never_arrives_whole_is_thrown_away(desk: Desk) -> None:
    take(desk, begin(desk, LARGE), 0, pieces(LARGE)[0])
    assert scan_uploads_abandon_old(by=SCANNER) == 0
    assert scan_uploads_abandon_old(by=SCANNER, now=timezone.now() + timedelta(hours=25)) == 1
    assert not ScanUploadPiece.objects.exists()


# -- by request ----------------------------------------------------------------------------------------------
def announce(browser: Client, data: bytes) -> Any:
    told = {"filename": "山.pdf", "size": len(data), "fingerprint": fingerprint(data)}
    return browser.post(f"{SCANS}uploads/", told)


def patch(browser: Client, pk: str, offset: int, data: bytes, sha256: str = "") -> Any:
    headers = {"Upload-Offset": str(offset), "Upload-Checksum": sha256 or hashlib.sha256(data).hexdigest()}
    return browser.patch(f"{SCANS}uploads/{pk}/", data, content_type="application/octet-stream", headers=headers)


def test_a_browser_sends_asks_and_sends_on(desk: Desk, manager: Client) -> None:
    data = scan_of(desk, on_paper(desk))
    open_ = announce(manager, data).json()
    assert (open_["state"], open_["offset"]) == ("open", 0)
    assert manager.head(f"{SCANS}uploads/{open_['id']}/")["Upload-Offset"] == "0"
    assert patch(manager, open_["id"], 0, data, "0" * 64).status_code == 409
    assert manager.patch(f"{SCANS}uploads/{open_['id']}/", data, content_type="application/x").status_code == 409
    stored = patch(manager, open_["id"], 0, data)
    assert (stored.status_code, stored.json()["state"]) == (201, "stored")
    refused = announce(manager, data)
    assert (refused.status_code, refused.json()["message"]) == (422, AlreadyReceived.message)
    assert manager.post(f"{SCANS}uploads/", {"size": "many"}).status_code == 422
    read_scans_due()
    assert "山.pdf" in manager.get(SCANS).content.decode()
    assert ScanFile.objects.get().pages.get().state == PageState.MATCHED


# -- page by page ----------------------------------------------------------------------------------------------
def test_a_long_file_is_read_in_parts_and_shows_how_far(
    desk: Desk, manager: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    application = on_paper(desk)
    scan_receive(filename="scan.pdf", data=joined(scan_of(desk, application), BLANK, BLANK), by=desk.by)
    monkeypatch.setattr(receiving, "SECONDS_AT_ONCE", 0.0)
    for done in (1, 2):
        claimed = scan_claim()
        assert claimed is not None
        assert scan_read(file=claimed, by=SCANNER).state == ScanState.WAITING
        assert not claimed.pages.exists()
        assert f"{done} / 3ページを読み取りました" in manager.get(SCANS).content.decode()
    # It is no reader killer as long as it gets on.
    assert ScanFile.objects.get().tries < MOST_TRIES
    read_scans_due()
    file = ScanFile.objects.get()
    assert [page.application for page in file.pages.all()] == [application, None, None]
    assert (file.state, file.pages_total, file.pages_found) == (ScanState.READ, 3, [])


def test_pages_are_given_to_applications_once_though_two_read_them(desk: Desk) -> None:
    scan_receive(filename="scan.pdf", data=scan_of(desk, on_paper(desk)), by=desk.by)
    claimed = scan_claim()
    assert claimed is not None
    late = ScanFile.objects.get(pk=claimed.pk)
    scan_read(file=claimed, by=SCANNER)
    assert scan_read(file=late, by=SCANNER).pages.count() == 1
    assert ScanFile.objects.get().pages_found == []
