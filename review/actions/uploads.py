"""Pictures in pieces: a line that drops costs one piece, not the picture (docs/decisions/0081)."""

import hashlib
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from audit.actions import record
from audit.actors import Actor
from audit.errors import Refused
from review.actions.capture import MOST_PICTURES, About, image_add, refuse_unless_capturing, sent_before
from review.errors import PictureDiffers, PieceDamaged, PieceElsewhere, TooManyPictures
from review.models import Case, CaseImage, DocumentKind, PendingUpload, UploadPiece
from vault.errors import PictureTooLarge
from vault.pictures import LARGEST_UPLOAD
from vault.pieces import piece_opened, piece_sealed, wrapped_key_new

LARGEST_PIECE = 512 * 1024  # bytes
# The tablet has the whole picture and begins anew: old pieces are of no use to anybody.
UPLOAD_AGE = timedelta(hours=2)


def upload_begin(*, case: Case, about: About, size: int, by: Actor) -> PendingUpload | CaseImage:
    """Where to go on with this picture; the picture itself when it is kept already.

    Calling again changes nothing. Raises PictureDiffers for a known number with other content, PictureTooLarge,
    NotCapturing, TooManyPictures, and what `image_add` refuses when all pieces were here already.
    """
    if kept := sent_before(case, about.image_id, about.sha256):
        return kept
    if size > LARGEST_UPLOAD:
        raise PictureTooLarge
    return _finished_if_whole(_known(case, about, size) or _begun_once(case, about, size, by), by)


def _begun_once(case: Case, about: About, size: int, by: Actor) -> PendingUpload:
    try:
        return _begun(case, about, size, by)
    except IntegrityError:
        # Two tabs began at once: the first one counts.
        if found := _known(case, about, size):
            return found
        raise


def _known(case: Case, about: About, size: int) -> PendingUpload | None:
    found = PendingUpload.objects.select_related("case__office", "case__visit").filter(pk=about.image_id).first()
    if found is not None and (found.case_id, found.sha256, found.size) != (case.pk, about.sha256.lower(), size):
        raise PictureDiffers
    return found


@transaction.atomic
def _begun(case: Case, about: About, size: int, by: Actor) -> PendingUpload:
    case = Case.objects.select_for_update(of=("self",)).select_related("office", "visit").get(pk=case.pk)
    refuse_unless_capturing(case)
    if case.uploads.count() >= MOST_PICTURES:
        raise TooManyPictures
    upload = PendingUpload.objects.create(
        pk=about.image_id,
        case=case,
        kind=about.kind,
        document=about.document,
        boxes=about.boxes,
        sha256=about.sha256.lower(),
        size=size,
        wrapped_key=wrapped_key_new(),
    )
    record(action="case.upload_begun", subject=case, by=by, detail={"image": str(upload.pk), "size": size})
    return upload


def upload_take(
    *, upload: PendingUpload, offset: int, sha256: str, data: bytes, by: Actor
) -> PendingUpload | CaseImage:
    """Keep the bytes from `offset` on; with the last ones the picture itself is made and given back.

    `sha256` is the tablet's over `data`. Raises PieceDamaged, PieceElsewhere when the server waits for another byte,
    and, with the last piece, what `image_add` refuses: then the pieces are gone.
    """
    if not data or len(data) > LARGEST_PIECE or hashlib.sha256(data).hexdigest() != sha256.lower():
        raise PieceDamaged
    return _finished_if_whole(_taken(upload, offset, data), by)


@transaction.atomic
def _taken(upload: PendingUpload, offset: int, data: bytes) -> PendingUpload:
    # No audit event for a piece: begin and end have theirs, and a bad line would fill the log.
    held = PendingUpload.objects.select_for_update(of=("self",)).select_related("case__office", "case__visit")
    present = held.filter(pk=upload.pk).first()
    if present is None or present.received != offset or offset + len(data) > present.size:
        raise PieceElsewhere
    sealed = piece_sealed(data, wrapped_key=present.wrapped_key, whole=present.pk, offset=offset)
    UploadPiece.objects.create(upload=present, offset=offset, sealed=sealed)
    present.received += len(data)
    present.save(update_fields=["received", "touched_at"])
    return present


def _finished_if_whole(upload: PendingUpload, by: Actor) -> PendingUpload | CaseImage:
    if upload.received < upload.size:
        return upload
    try:
        image = image_add(
            case=upload.case,
            image_id=upload.pk,
            kind=DocumentKind(upload.kind),
            sha256=upload.sha256,
            upload=_whole(upload),
            by=by,
            document=upload.document,
            boxes=upload.boxes,
        )
    except Refused:
        upload.delete()
        raise
    upload.delete()
    return image


def _whole(upload: PendingUpload) -> bytes:
    opened = (
        piece_opened(piece.sealed, wrapped_key=upload.wrapped_key, whole=upload.pk, offset=piece.offset)
        for piece in upload.pieces.all()
    )
    return b"".join(opened)


@transaction.atomic
def uploads_abandon_old(*, by: Actor, now: datetime | None = None) -> int:
    """Throw away what never arrived whole. Returns how many pictures."""
    before = (now or timezone.now()) - UPLOAD_AGE
    old = PendingUpload.objects.select_for_update(of=("self",), skip_locked=True).filter(touched_at__lt=before)
    abandoned = list(old.select_related("case").order_by("pk"))
    for upload in abandoned:
        detail = {"image": str(upload.pk), "received": upload.received, "size": upload.size}
        record(action="case.upload_abandoned", subject=upload.case, by=by, detail=detail)
        upload.delete()
    return len(abandoned)
