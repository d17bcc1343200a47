"""Two at once on one signature, one seal, one scanned page, one original, one workbook.

Each guard has its canary: the same two, with the locks switched off, do what the guard prevents.
"""

import hashlib
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError
from django.db.models import QuerySet

from applications.actions import application_draft, application_sign
from applications.archive.entries import application_archive
from applications.checkfiles.actions import check_batch_make, check_return_receive, check_return_take
from applications.checkfiles.errors import AlreadyTaken
from applications.checkfiles.reading import ReadFile
from applications.models import (
    Application,
    ArchiveEntry,
    CheckReturn,
    Original,
    OriginalBatch,
    PageReason,
    PageState,
    ScanFile,
    ScanPage,
)
from applications.scans.errors import AlreadyDecided, AlreadyReceived, NothingToSend, PieceElsewhere
from applications.scans.matching import page_assign, page_set_aside
from applications.scans.originals import originals_pack, originals_receive, originals_send
from applications.scans.receiving import scan_claim, scan_read, scan_receive
from applications.signing.sealing import sealing_claim
from applications.tasks import SCANNER, SEALER, seal_due
from audit.models import AuditEvent
from audit.moves import MoveNotAllowed
from tests.applications.paper import BLANK, joined, on_paper, scan_of, sent, upside_down
from tests.applications.test_scan_uploads import LARGE, begin, pieces, take
from tests.counters.desk import STROKES, Desk
from tests.reservations.test_races import Rival, race
from vault.models import ObjectKind, VaultObject

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("paper_counts")]

Unlocked = Callable[[], None]


@pytest.fixture
def unlocked(monkeypatch: pytest.MonkeyPatch) -> Unlocked:
    """Switches all row locks off, from the call on."""

    def as_it_is(rows: QuerySet[Any], *args: object, **kwargs: object) -> QuerySet[Any]:
        return rows.all()

    return lambda: monkeypatch.setattr(QuerySet, "select_for_update", as_it_is)


def events(action: str) -> int:
    return AuditEvent.objects.filter(action=action).count()


# -- signatures and seals ------------------------------------------------------------------------------------
def signed_twice(desk: Desk) -> tuple[Application, Any]:
    # The month's first signature makes its bucket, for which the second would wait.
    desk.signed()
    application = application_draft(reservation=desk.booking(days=7), by=desk.by)

    def sign() -> Application:
        return application_sign(application=application, strokes=STROKES, by=desk.by)

    first, later = race(Rival(sign), sign)
    application.refresh_from_db()
    return first, later


@pytest.mark.requirement("fukuoka-22")
def test_a_form_signed_twice_at_once_keeps_its_first_signature(desk: Desk) -> None:
    first, later = signed_twice(desk)
    assert isinstance(later.exception(), MoveNotAllowed)
    assert Application.objects.get(pk=first.pk).signature_id == first.signature_id
    assert VaultObject.objects.filter(kind=ObjectKind.SIGNATURE).count() == 2


def test_without_the_lock_a_second_signature_replaces_the_first(desk: Desk, unlocked: Unlocked) -> None:
    unlocked()
    first, later = signed_twice(desk)
    assert later.exception() is None
    assert Application.objects.get(pk=first.pk).signature_id != first.signature_id


def archived_twice(desk: Desk) -> Any:
    application = desk.signed().application
    assert application is not None

    def archive() -> Application:
        return application_archive(application=application, document=b"%PDF sealed", by=SEALER)

    _, later = race(Rival(archive), archive)
    return later


def test_two_workers_keep_one_sealed_document(desk: Desk) -> None:
    later = archived_twice(desk)
    assert isinstance(later.exception(), MoveNotAllowed)
    assert VaultObject.objects.filter(kind=ObjectKind.DOCUMENT).count() == 1
    assert ArchiveEntry.objects.count() == 1


def test_without_the_lock_only_the_database_stops_the_second_document(desk: Desk, unlocked: Unlocked) -> None:
    unlocked()
    assert isinstance(archived_twice(desk).exception(), IntegrityError)


def claimed_twice(desk: Desk) -> tuple[Any, Any]:
    desk.signed()
    first, later = race(Rival(sealing_claim), sealing_claim)
    return first, later.result()


def test_one_worker_claims_a_form_to_seal(desk: Desk) -> None:
    first, second = claimed_twice(desk)
    assert (first.pk, second) == (Application.objects.get().pk, None)


def test_without_the_lock_two_claim_it(desk: Desk, unlocked: Unlocked) -> None:
    unlocked()
    first, second = claimed_twice(desk)
    assert first == second


# -- scans -----------------------------------------------------------------------------------------------------
def decided_twice(desk: Desk) -> tuple[Application, Any]:
    application = on_paper(desk)
    page = sent(desk, BLANK).pages.get()
    assign = Rival(lambda: page_assign(page=page, application=application, turned=0, by=desk.by))
    _, later = race(assign, lambda: page_set_aside(page=page, by=desk.by))
    return application, later


@pytest.mark.requirement("fukuoka-23")
def test_a_page_decided_by_two_is_decided_once(desk: Desk) -> None:
    application, later = decided_twice(desk)
    assert isinstance(later.exception(), AlreadyDecided)
    assert ScanPage.objects.get().application == application


def test_without_the_lock_the_second_takes_the_page_away(desk: Desk, unlocked: Unlocked) -> None:
    unlocked()
    application, later = decided_twice(desk)
    assert later.exception() is None
    # The application goes on to be sealed without a page.
    assert (ScanPage.objects.get().state, application.scan_pages.count()) == (PageState.SET_ASIDE, 0)


def read_twice(desk: Desk) -> list[tuple[str, str]]:
    """The same form in two files, read by two workers at once."""
    data = scan_of(desk, on_paper(desk))
    for number, copy in enumerate((data, joined(data))):
        scan_receive(filename=f"{number}.pdf", data=copy, by=desk.by)
    # Claimed one after the other: what is at stake is the form, not the file.
    files = [scan_claim(file_id=pk) for pk in ScanFile.objects.order_by("pk").values_list("pk", flat=True)]
    race(Rival(lambda: read(files[0])), lambda: read(files[1]))
    return sorted((page.state, page.reason) for page in ScanPage.objects.all())


def read(file: ScanFile | None) -> ScanFile:
    assert file is not None
    return scan_read(file=file, by=SCANNER)


def test_a_form_in_two_files_belongs_to_one(desk: Desk) -> None:
    assert read_twice(desk) == [(PageState.MATCHED, PageReason.NONE), (PageState.OPEN, PageReason.KEPT)]


def test_without_the_lock_both_files_get_it(desk: Desk, unlocked: Unlocked) -> None:
    unlocked()
    assert read_twice(desk) == [(PageState.MATCHED, PageReason.NONE)] * 2


def received_twice(desk: Desk) -> Any:
    def receive() -> ScanFile:
        return scan_receive(filename="scan.pdf", data=BLANK, by=desk.by)

    _, later = race(Rival(receive), receive)
    return later


def test_a_file_sent_twice_at_once_is_kept_once(desk: Desk) -> None:
    assert isinstance(received_twice(desk).exception(), AlreadyReceived)
    assert ScanFile.objects.count() == 1


def test_looking_first_would_not_be_enough(desk: Desk) -> None:
    """The canary: while the first is being kept, the second sees nothing of it."""
    sha256 = hashlib.sha256(BLANK).hexdigest()
    first, later = race(
        Rival(lambda: scan_receive(filename="scan.pdf", data=BLANK, by=desk.by)),
        lambda: ScanFile.objects.filter(sha256=sha256).exists(),
    )
    assert (first.sha256, later.result()) == (sha256, False)


def piece_taken_twice(desk: Desk) -> Any:
    upload, first = begin(desk, LARGE), pieces(LARGE)[0]
    _, later = race(Rival(lambda: take(desk, upload, 0, first)), lambda: take(desk, upload, 0, first))
    return later


def test_a_piece_sent_twice_at_once_counts_once(desk: Desk) -> None:
    assert isinstance(piece_taken_twice(desk).exception(), PieceElsewhere)


def test_without_the_lock_only_the_database_stops_the_second_piece(desk: Desk, unlocked: Unlocked) -> None:
    unlocked()
    assert isinstance(piece_taken_twice(desk).exception(), IntegrityError)


# -- originals -------------------------------------------------------------------------------------------------
def kept_on_paper(desk: Desk) -> None:
    sent(desk, upside_down(scan_of(desk, on_paper(desk))))
    assert seal_due() == 1


def packed_twice(desk: Desk) -> Any:
    def pack() -> OriginalBatch:
        return originals_pack(ward=desk.town.office.ward, by=desk.by)

    _, later = race(Rival(pack), pack)
    return later


@pytest.mark.requirement("fukuoka-24")
def test_an_original_lies_in_one_batch(desk: Desk) -> None:
    kept_on_paper(desk)
    assert isinstance(packed_twice(desk).exception(), NothingToSend)
    assert (OriginalBatch.objects.count(), Original.objects.count()) == (1, 1)


def test_without_the_lock_only_the_database_keeps_it_out_of_the_second(desk: Desk, unlocked: Unlocked) -> None:
    kept_on_paper(desk)
    unlocked()
    assert isinstance(packed_twice(desk).exception(), IntegrityError)


def sent_and_received_twice(desk: Desk) -> None:
    batch = originals_pack(ward=desk.town.office.ward, by=desk.by)
    race(Rival(lambda: originals_send(batch=batch, by=desk.by)), lambda: originals_send(batch=batch, by=desk.by))
    race(
        Rival(lambda: originals_receive(batch=batch, by=desk.by)),
        lambda: originals_receive(batch=batch, missing=[Application.objects.get().number], by=desk.by),
    )


def test_a_batch_is_sent_once_and_what_arrived_stays_arrived(desk: Desk) -> None:
    kept_on_paper(desk)
    sent_and_received_twice(desk)
    assert events("originals.sent") == 1
    assert Original.objects.get().state == "received"


def test_without_the_lock_it_is_sent_twice_and_lost_again(desk: Desk, unlocked: Unlocked) -> None:
    kept_on_paper(desk)
    unlocked()
    sent_and_received_twice(desk)
    assert events("originals.sent") == 2
    assert Original.objects.get().state == "missing"


# -- answers of the city's register ------------------------------------------------------------------------------
def taken_over_twice(desk: Desk) -> Any:
    booking = desk.booking(days=7)
    batch = check_batch_make(key=uuid.uuid4(), reservations=[booking], office=None, day=None, by=desk.by)
    returned = check_return_receive(read=ReadFile(batch=batch, sha256="0" * 64, answers=[]), by=desk.city)

    def take_over() -> Any:
        return check_return_take(returned=returned, by=desk.city)

    _, later = race(Rival(take_over), take_over)
    return later


@pytest.mark.requirement("fukuoka-19")
def test_a_workbook_counts_once(desk: Desk) -> None:
    assert isinstance(taken_over_twice(desk).exception(), AlreadyTaken)
    assert events("existence.answers_taken_over") == 1
    assert CheckReturn.objects.get().taken_by == desk.reviewer


def test_without_the_lock_it_counts_twice(desk: Desk, unlocked: Unlocked) -> None:
    unlocked()
    assert taken_over_twice(desk).exception() is None
    assert events("existence.answers_taken_over") == 2
