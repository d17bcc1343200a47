"""What this room hands over: answers, defects, forms on their way into the archive, scans, originals."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts.unfinished import Item, Stock
from applications.models import (
    Application,
    ApplicationState,
    CheckState,
    ExistenceCheck,
    Original,
    OriginalBatch,
    OriginalState,
    PageState,
    ScanFile,
    ScanPage,
    ScanState,
    Sealing,
)
from applications.scans.originals import originals_waiting
from applications.worklist import ANSWERABLE
from reservations.models import Reservation
from writing.numbers import number_text

CHECKS, FORMS, PAPER, ORIGINALS = "実在性確認", "申請書の封印", "紙の申請書", "原本の送付"


def checks_unfinished() -> Iterator[Stock]:
    """Bookings to come whose check is not confirmed, by state; the defects, whosever turn it is."""
    coming = Reservation.objects.filter(state__in=ANSWERABLE, slot__starts_at__gte=timezone.now())
    rows = coming.select_related("slot", "office").order_by("slot__starts_at", "pk")
    # Absence of a check reads as waiting.
    waiting = Q(existence_check__isnull=True) | Q(existence_check__state=CheckState.WAITING)
    for held, words in (
        (rows.filter(waiting), "市の確認待ち"),
        (rows.filter(existence_check__state=CheckState.RESOLVED), "不備が解消し、市の再確認待ち"),
    ):
        yield Stock(CHECKS, words, held, _booking, "booked_at", reverse("applications:existence"), "applications.check")
    related = ("reservation__slot", "reservation__office")
    defects = ExistenceCheck.objects.filter(state=CheckState.DEFECT).select_related(*related).order_by("next_step_at")
    address = reverse("applications:defects")
    yield Stock(CHECKS, "不備あり（連絡中）", defects, _defect, "answered_at", address, "applications.defects")


def forms_unfinished() -> Iterator[Stock]:
    sealing = Sealing.objects.select_related("application").order_by("due_at")
    address = reverse("archive:search")
    since = "application__signed_at"
    yield Stock(FORMS, "封印待ち", sealing.filter(trouble=""), _sealing, since, address, "applications.archive")
    yield Stock(
        FORMS, "封印できていない", sealing.exclude(trouble=""), _sealing, since, address, "applications.archive"
    )


def scans_unfinished() -> Iterator[Stock]:
    signed = Application.objects.filter(state=ApplicationState.PAPER_SIGNED, sealing__isnull=True)
    unscanned = signed.exclude(scan_pages__state=PageState.MATCHED).order_by("signed_at", "pk")
    files = ScanFile.objects.order_by("received_at", "pk")
    pages = ScanPage.objects.filter(state=PageState.OPEN).select_related("file").order_by("file", "number")
    for words, rows, item, since in (
        ("スキャン待ち", unscanned, _application, "signed_at"),
        ("読み取り待ちのファイル", files.filter(state=ScanState.WAITING), _file, "received_at"),
        ("読み取れなかったファイル", files.filter(state=ScanState.UNREADABLE), _file, "received_at"),
        ("手作業で割り当てるページ", pages, _page, "file__received_at"),
    ):
        yield _on_paper(words, rows, item, since)


def _on_paper(words: str, rows: QuerySet[Any], item: Any, since: str) -> Stock:
    return Stock(PAPER, words, rows, item, since, reverse("scans:files"), "applications.scan")


def originals_unfinished() -> Iterator[Stock]:
    batches = OriginalBatch.objects.select_related("ward").order_by("made_at", "pk")
    missing = Original.objects.filter(state=OriginalState.MISSING).select_related("application", "batch__ward")
    for words, rows, item, since in (
        ("送付に入れていない原本", originals_waiting().select_related("entry__ward"), _application, "archived_at"),
        ("発送していない送付", batches.filter(sent_at__isnull=True), _batch, "made_at"),
        ("受領を待つ送付", batches.filter(sent_at__isnull=False, received_at__isnull=True), _batch, "sent_at"),
        ("届いていない原本", missing, _original, "batch__received_at"),
    ):
        address = reverse("scans:originals")
        yield Stock(ORIGINALS, words, rows, item, since, address, "applications.originals")


def _booking(booking: Reservation) -> Item:
    return Item(number_text(booking.number), booking.office.name, booking.booked_at, booking.slot.starts_at)


def _defect(check: ExistenceCheck) -> Item:
    booking = check.reservation
    return Item(
        number_text(booking.number),
        booking.office.name,
        check.answered_at,
        check.next_step_at,
        check.get_defect_reason_display(),
    )


def _application(application: Application) -> Item:
    return Item(application.number, since=application.signed_at)


def _sealing(sealing: Sealing) -> Item:
    return Item(sealing.application.number, since=sealing.application.signed_at, note=sealing.trouble)


def _file(file: ScanFile) -> Item:
    # Its name may be a person's.
    return Item(f"ファイル {file.pk}", since=file.received_at, note=file.trouble)


def _page(page: ScanPage) -> Item:
    return Item(
        f"ファイル {page.file_id}　{page.number}ページ", since=page.file.received_at, note=page.get_reason_display()
    )


def _batch(batch: OriginalBatch) -> Item:
    return Item(f"送付 {batch.pk}", batch.ward.name, batch.sent_at or batch.made_at)


def _original(original: Original) -> Item:
    return Item(original.application.number, original.batch.ward.name, original.batch.received_at)
