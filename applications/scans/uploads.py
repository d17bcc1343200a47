"""Large files in pieces: a line that drops costs one piece, and what was sent once is not sent again (fukuoka-23).

A browser cannot hash half a gigabyte at once. It hashes each piece, and knows the file by the SHA-256 over these
(`fingerprint`); the server makes the same value of what arrived, and the SHA-256 of the whole besides.
"""

import hashlib
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from applications.models import ScanFile, ScanUpload, ScanUploadPiece
from applications.scans.errors import (
    AlreadyReceived,
    EmptyFile,
    FileChanged,
    FileTooLarge,
    PieceDamaged,
    PieceElsewhere,
)
from applications.scans.receiving import scan_keep
from audit.actions import record
from audit.actors import Actor
from vault.pieces import piece_opened, piece_sealed, wrapped_key_new
from vault.room import refuse_when_full

MOST_BYTES = 1024 * 1024 * 1024
# Of this size exactly, but for the last one: otherwise the fingerprint would depend on the line.
PIECE_BYTES = 1024 * 1024
# The browser has the file: old pieces are of no use to anybody.
UPLOAD_AGE = timedelta(hours=24)


def scan_upload_begin(*, filename: str, size: int, fingerprint: str, by: Actor) -> ScanUpload:
    """Where to go on with this file. Calling again changes nothing.

    Raises EmptyFile, FileTooLarge, StorageFull, AlreadyReceived.
    """
    if not size:
        raise EmptyFile
    if size > MOST_BYTES:
        raise FileTooLarge
    refuse_when_full(size)
    fingerprint = fingerprint.lower()
    if ScanFile.objects.filter(fingerprint=fingerprint).exists():
        raise AlreadyReceived
    return _known(fingerprint, size) or _begun_once(filename, size, fingerprint, by)


def _known(fingerprint: str, size: int) -> ScanUpload | None:
    return ScanUpload.objects.filter(fingerprint=fingerprint, size=size).first()


def _begun_once(filename: str, size: int, fingerprint: str, by: Actor) -> ScanUpload:
    try:
        return _begun(filename, size, fingerprint, by)
    except IntegrityError:
        # Two windows began at once: the first one counts.
        if found := _known(fingerprint, size):
            return found
        raise


@transaction.atomic
def _begun(filename: str, size: int, fingerprint: str, by: Actor) -> ScanUpload:
    upload = ScanUpload.objects.create(
        begun_by_id=by.user_id,
        filename=filename[-200:],
        size=size,
        fingerprint=fingerprint,
        wrapped_key=wrapped_key_new(),
    )
    record(action="scan.upload_begun", subject=upload, by=by, detail={"size": size})
    return upload


def scan_upload_take(*, upload: ScanUpload, offset: int, sha256: str, data: bytes, by: Actor) -> ScanUpload | ScanFile:
    """Keep the bytes from `offset` on; with the last ones the file itself is kept and given back.

    `sha256` is the browser's over `data`. Raises PieceDamaged, PieceElsewhere when the server waits for another byte,
    and, with the last piece, FileChanged and AlreadyReceived: then the pieces are gone.
    """
    if not data or hashlib.sha256(data).hexdigest() != sha256.lower():
        raise PieceDamaged
    taken = _taken(upload, offset, data)
    return taken if taken.received < taken.size else _finished(taken, by)


@transaction.atomic
def _taken(upload: ScanUpload, offset: int, data: bytes) -> ScanUpload:
    # No audit event for a piece: begin and end have theirs.
    present = ScanUpload.objects.select_for_update().filter(pk=upload.pk).first()
    if present is None or present.received != offset or len(data) != min(PIECE_BYTES, present.size - offset):
        raise PieceElsewhere
    sealed = piece_sealed(data, wrapped_key=present.wrapped_key, whole=present.pk, offset=offset)
    ScanUploadPiece.objects.create(upload=present, offset=offset, sealed=sealed)
    present.received += len(data)
    present.digests = bytes(present.digests) + hashlib.sha256(data).digest()
    present.save(update_fields=["received", "digests", "touched_at"])
    return present


def _finished(upload: ScanUpload, by: Actor) -> ScanFile:
    if hashlib.sha256(bytes(upload.digests)).hexdigest() != upload.fingerprint:
        upload.delete()
        raise FileChanged
    try:
        return _kept(upload, by)
    except AlreadyReceived:
        upload.delete()
        raise


@transaction.atomic
def _kept(upload: ScanUpload, by: Actor) -> ScanFile:
    kept = scan_keep(
        filename=upload.filename,
        source=_content(upload),
        size=upload.size,
        fingerprint=upload.fingerprint,
        by=by,
    )
    upload.delete()
    return kept


def _content(upload: ScanUpload) -> Iterator[bytes]:
    """One piece in memory at a time."""
    for piece in upload.pieces.order_by("offset").iterator(chunk_size=1):
        yield piece_opened(piece.sealed, wrapped_key=upload.wrapped_key, whole=upload.pk, offset=piece.offset)


@transaction.atomic
def scan_uploads_abandon_old(*, by: Actor, now: datetime | None = None) -> int:
    """Throw away what never arrived whole. Returns how many files."""
    before = (now or timezone.now()) - UPLOAD_AGE
    old = ScanUpload.objects.select_for_update(skip_locked=True).filter(touched_at__lt=before)
    abandoned = list(old.order_by("pk"))
    for upload in abandoned:
        detail = {"received": upload.received, "size": upload.size}
        record(action="scan.upload_abandoned", subject=upload, by=by, detail=detail)
        upload.delete()
    return len(abandoned)
