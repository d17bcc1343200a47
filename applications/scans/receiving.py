"""Files come in: kept first, read afterwards by a worker, so that nothing that was sent is ever lost (fukuoka-23)."""

import hashlib
import logging
import time
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial
from typing import BinaryIO

from django.db import IntegrityError, transaction
from django.utils import timezone

from applications.models import Application, ApplicationState, PageReason, PageState, ScanFile, ScanPage, ScanState
from applications.scans.errors import AlreadyReceived, EmptyFile, FileTooLarge, Infected
from applications.scans.matching import seal_complete
from applications.scans.reading import PageRead, page_count, pages_read
from audit.actions import record
from audit.actors import Actor
from audit.errors import Refused
from postoffices.city import current_city
from vault.actions import object_opened, object_store_large
from vault.errors import ScannerUnavailable
from vault.malware import Malware, malware_in_file
from vault.models import ObjectKind

logger = logging.getLogger(__name__)

# In one request, without the browser's help; larger files come in pieces.
MOST_BYTES = 12 * 1024 * 1024
CLAIM = timedelta(minutes=10)
PAUSE = timedelta(minutes=2)
MOST_TRIES = 5
SCANNER_SILENT = "ウイルス検査に接続できません。自動でやり直します。"
# A file of a thousand pages takes minutes: a worker reads for so long, and then lets others have their turn.
SECONDS_AT_ONCE = 20.0
PAGES_AT_ONCE = 10


def scan_receive(*, filename: str, data: bytes, by: Actor) -> ScanFile:
    """Keep a file as it is; a worker reads it. Raises EmptyFile, FileTooLarge, AlreadyReceived."""
    if not data:
        raise EmptyFile
    if len(data) > MOST_BYTES:
        raise FileTooLarge
    if ScanFile.objects.filter(sha256=hashlib.sha256(data).hexdigest()).exists():
        raise AlreadyReceived
    return scan_keep(filename=filename, source=[data], size=len(data), by=by)


def scan_keep(*, filename: str, source: Iterable[bytes], size: int, fingerprint: str = "", by: Actor) -> ScanFile:
    """Keep what comes in pieces. Raises AlreadyReceived: the same bytes are here, whatever their name; StorageFull."""
    try:
        return _kept(filename, source, size, fingerprint, by)
    except IntegrityError as error:
        raise AlreadyReceived from error


@transaction.atomic
def _kept(filename: str, source: Iterable[bytes], size: int, fingerprint: str, by: Actor) -> ScanFile:
    content = object_store_large(
        source=source,
        size=size,
        kind=ObjectKind.DOCUMENT,
        media_type="application/octet-stream",
        rule="signature",
        keep_until=current_city().rules.keep_until("signature", timezone.localdate()),
        by=by,
    )
    file = ScanFile.objects.create(
        filename=filename[-200:],
        content=content,
        sha256=content.sha256,
        fingerprint=fingerprint,
        received_by_id=by.user_id,
    )
    record(action="scan.received", subject=file, by=by)
    transaction.on_commit(partial(_wake, file.pk), robust=True)
    return file


def _wake(file_id: int) -> None:
    from applications.tasks import read_scan

    read_scan.delay(file_id)


@transaction.atomic
def scan_claim(*, file_id: int | None = None) -> ScanFile | None:
    """Take a file that waits, or None."""
    waiting = ScanFile.objects.due()
    if file_id is not None:
        waiting = waiting.filter(pk=file_id)
    file = waiting.select_for_update(skip_locked=True, of=("self",)).select_related("content").first()
    if file is not None:
        file.due_at = timezone.now() + CLAIM
        file.tries += 1
        file.save(update_fields=["due_at", "tries"])
    return file


def scan_read(*, file: ScanFile, by: Actor) -> ScanFile:
    """Check a claimed file for viruses, read its pages, and give each to its application where that is certain.

    A long file is read in parts: it comes back in the state `waiting`, with what was found so far, to be claimed again.
    """
    if file.tries > MOST_TRIES:
        # It brought the worker down again and again: whatever it is, people have to look at it.
        return _ended(
            file, ScanState.UNREADABLE, "読み取りの途中で何度も止まりました。もう一度スキャンして送ってください。", by
        )
    try:
        with object_opened(held=file.content) as source:
            if not file.pages_found:
                file.malware = malware_in_file(source)
            if file.malware == Malware.INFECTED:
                return _ended(file, ScanState.INFECTED, Infected.message, by)
            whole = _read_on(file, source)
    except ScannerUnavailable:
        file.due_at, file.trouble = timezone.now() + PAUSE, SCANNER_SILENT
        # The scanner's absence is no fault of the file.
        file.tries -= 1
        file.save(update_fields=["due_at", "trouble", "tries"])
        return file
    except Refused as refused:
        return _ended(file, ScanState.UNREADABLE, refused.message, by)
    return _read(file, by) if whole else file


def _read_on(file: ScanFile, source: BinaryIO) -> bool:
    """Read pages behind those that are known. False when the time is up before the last page."""
    until = time.monotonic() + SECONDS_AT_ONCE
    file.pages_total = file.pages_total or page_count(source)
    for page in pages_read(source, first=len(file.pages_found) + 1):
        file.pages_found.append([list(page.numbers), page.turned])
        read = len(file.pages_found)
        if time.monotonic() > until and read < file.pages_total:
            _put_back(file)
            return False
        if read % PAGES_AT_ONCE == 0:
            _remember(file, timezone.now() + CLAIM)
    return True


def _remember(file: ScanFile, due_at: datetime) -> None:
    """Keep what was found and stay the one who reads; it may go on as often as it takes, since it gets on."""
    file.due_at, file.tries = due_at, 1
    waiting = ScanFile.objects.filter(pk=file.pk, state=ScanState.WAITING)
    waiting.update(
        due_at=due_at, tries=1, pages_total=file.pages_total, pages_found=file.pages_found, malware=file.malware
    )


def _put_back(file: ScanFile) -> None:
    _remember(file, timezone.now())
    transaction.on_commit(partial(_wake, file.pk), robust=True)


@transaction.atomic
def _ended(file: ScanFile, state: ScanState, trouble: str, by: Actor) -> ScanFile:
    present = ScanFile.objects.select_for_update().get(pk=file.pk)
    if present.state != ScanState.WAITING:
        return present
    present.state, present.trouble, present.malware = state, trouble, file.malware
    present.save()
    record(action="scan.refused", subject=present, by=by, detail={"state": state})
    return present


@transaction.atomic
def _read(file: ScanFile, by: Actor) -> ScanFile:
    present = ScanFile.objects.select_for_update().get(pk=file.pk)
    if present.state != ScanState.WAITING:
        return present  # another worker was quicker
    present.state, present.trouble, present.malware = ScanState.READ, "", file.malware
    present.pages_total, present.pages_found = file.pages_total, []
    present.save()
    found = [PageRead(tuple(numbers), turned) for numbers, turned in file.pages_found]
    made = [_page(present, number, page) for number, page in enumerate(found, start=1)]
    ScanPage.objects.bulk_create(made)
    matched = sum(page.state == PageState.MATCHED for page in made)
    record(action="scan.read", subject=present, by=by, detail={"pages": len(made), "matched": matched})
    seal_complete(present)
    return present


def _page(file: ScanFile, number: int, read: PageRead) -> ScanPage:
    page = ScanPage(file=file, number=number, found=list(read.numbers), turned=read.turned)
    if len(read.numbers) != 1:
        page.reason = PageReason.TWO_CODES if read.numbers else PageReason.NO_CODE
        return page
    # Locked: two files may hold the same form, and only the first may have it.
    application = Application.objects.select_for_update(of=("self",)).filter(number=read.numbers[0]).first()
    page.reason = reason_against(application, file)
    if application is not None and not page.reason:
        page.state, page.application, page.decided_at = PageState.MATCHED, application, timezone.now()
    return page


def reason_against(application: Application | None, file: ScanFile) -> PageReason:
    """Why a page of the file cannot go to the application; NONE when it can."""
    if application is None:
        return PageReason.UNKNOWN
    elsewhere = ScanPage.objects.filter(application=application).exclude(file=file).exists()
    if elsewhere or application.state in (ApplicationState.ARCHIVED, ApplicationState.HANDED_OVER):
        return PageReason.KEPT
    return PageReason.NONE if application.state == ApplicationState.PAPER_SIGNED else PageReason.NOT_PAPER
