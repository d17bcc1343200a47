"""The counter's end: pictures are taken and sent for review (kitakyushu-23)."""

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from audit.actions import record
from audit.actors import Actor
from audit.moves import refuse_unless_allowed
from counters.actions import visit_await_review
from counters.models import Visit, VisitState
from postoffices.city import current_city
from review.actions.tablet import tablet_keys_erase
from review.announce import announce
from review.errors import (
    NotCapturing,
    PictureDamaged,
    PictureDiffers,
    PicturesMissing,
    TooManyPictures,
    WrittenFormMissing,
)
from review.models import CASE_MOVES, Case, CaseImage, CaseState, DocumentKind
from vault.actions import object_erase, picture_store

MOST_PICTURES = 20


@transaction.atomic
def case_open(*, visit: Visit, by: Actor) -> Case:
    """The visit's case; opened now unless it was before. Raises NotCapturing unless the visit is being served."""
    held = Visit.objects.select_for_update(of=("self",)).select_related("office").get(pk=visit.pk)
    if found := Case.objects.filter(visit=held).select_related("office").first():
        return found
    if held.state != VisitState.SERVING:
        raise NotCapturing
    case = Case.objects.create(visit=held, office=held.office, captured_by_id=by.staff_id)
    record(action="case.opened", subject=case, by=by)
    return case


@dataclass(frozen=True)
class About:
    """What the tablet says of a picture: its number, kind, the document's code, and how many boxes hide something."""

    image_id: UUID
    kind: DocumentKind
    sha256: str
    document: str = ""
    boxes: int = 0


def image_add(
    *,
    case: Case,
    image_id: UUID,
    kind: DocumentKind,
    sha256: str,
    upload: bytes,
    by: Actor,
    document: str = "",
    boxes: int = 0,
) -> CaseImage:
    """Keep one picture. Sending the same one again (same id, same SHA-256) gives the first one back.

    `sha256` is what the tablet computed over `upload`; `document` the code of an identity document; `boxes` how
    many black boxes the tablet burned in. Raises PictureDamaged when it does not match,
    PictureDiffers for a known id with other content, NotCapturing, TooManyPictures, and what
    `vault.actions.picture_store` refuses.
    """
    if hashlib.sha256(upload).hexdigest() != sha256.lower():
        raise PictureDamaged
    try:
        about = About(image_id, kind, sha256.lower(), document, boxes)
        return sent_before(case, image_id, sha256) or _add(case, about, upload, by)
    except (IntegrityError, NotCapturing, TooManyPictures):
        # The same picture came twice at once (the line dropped and the tablet tried again): the first one counts.
        if found := sent_before(case, image_id, sha256):
            return found
        raise


def sent_before(case: Case, image_id: UUID, sha256: str) -> CaseImage | None:
    """The picture of this number, if it is kept. Raises PictureDiffers when it is another one."""
    found = CaseImage.objects.filter(pk=image_id).first()
    if found is not None and (found.case_id != case.pk or found.sent_sha256 != sha256.lower()):
        raise PictureDiffers
    return found


@transaction.atomic
def _add(case: Case, about: About, upload: bytes, by: Actor) -> CaseImage:
    # The picture is decoded and encrypted before the case is locked: no lock waits for that.
    refuse_unless_capturing(case)
    keep_until = current_city().rules.keep_until("image", timezone.localdate())
    picture = picture_store(upload=upload, rule="image", keep_until=keep_until, by=by)
    case = locked(case)
    refuse_unless_capturing(case)
    if case.images.filter(removed_at__isnull=True, attempt=case.attempt).count() >= MOST_PICTURES:
        raise TooManyPictures
    image = CaseImage.objects.create(
        pk=about.image_id,
        case=case,
        kind=about.kind,
        document=about.document,
        boxes=about.boxes,
        attempt=case.attempt,
        sent_sha256=about.sha256,
        picture=picture,
    )
    # Nobody else's screen shows pictures before they are sent: telling all of them would be a fetch each.
    detail = {"image": str(image.pk), "kind": about.kind, "document": about.document, "boxes": about.boxes}
    record(action="case.image_added", subject=case, by=by, detail=detail)
    return image


@transaction.atomic
def image_remove(*, image: CaseImage, by: Actor) -> None:
    """Take a picture out before it is sent for review; its object is erased by key."""
    case = locked(image.case)
    refuse_unless_capturing(case)
    taken_out = CaseImage.objects.filter(pk=image.pk, removed_at__isnull=True, attempt=case.attempt)
    if not taken_out.update(removed_at=timezone.now()):
        return
    object_erase(held=image.picture, by=by, reason="removed before review")
    record(action="case.image_removed", subject=case, by=by, detail={"image": str(image.pk)})


@transaction.atomic
def case_submit(*, case: Case, by: Actor) -> Case:
    """Send the pictures to the city. A second tap changes nothing.

    Raises PicturesMissing, WrittenFormMissing, counters' SignatureMissing, MoveNotAllowed.
    """
    case = locked(case)
    if case.state in (CaseState.SUBMITTED, CaseState.CLAIMED):
        return case
    refuse_unless_allowed(CASE_MOVES, case.state, CaseState.SUBMITTED)
    if not case.images.filter(attempt=case.attempt, removed_at__isnull=True).exists():
        raise PicturesMissing
    if case.visit.reservation_id is None and not _shows_written_form(case):
        raise WrittenFormMissing
    visit_await_review(visit=case.visit, by=by)
    now = timezone.now()
    case.state = CaseState.SUBMITTED
    case.submitted_at = now
    case.due_at = now + timedelta(minutes=current_city().rules.review.due_minutes)
    case.captured_by_id = by.staff_id
    case.version += 1
    case.save()
    record(action="case.submitted", subject=case, by=by, detail={"attempt": case.attempt})
    announce(case)
    return case


def _shows_written_form(case: Case) -> bool:
    """Whether any attempt holds the form: nothing else says who a person without a booking is."""
    return case.images.filter(kind=DocumentKind.APPLICATION_FORM, removed_at__isnull=True).exists()


@transaction.atomic
def case_withdraw(*, case: Case, by: Actor) -> Case:
    """The citizen went away or changed their mind: nobody needs to look any more."""
    case = locked(case)
    refuse_unless_allowed(CASE_MOVES, case.state, CaseState.WITHDRAWN)
    case.state = CaseState.WITHDRAWN
    case.claimed_by_id = case.lease_token = case.lease_until = None
    case.version += 1
    case.save()
    record(action="case.withdrawn", subject=case, by=by)
    announce(case)
    return case


@transaction.atomic
def case_give_up(visit: Visit, by: Actor) -> None:
    """The visit ends: withdraw its case unless the city has answered for good."""
    case = Case.objects.select_for_update(of=("self",)).filter(visit=visit).first()
    if case is not None and CaseState.WITHDRAWN in CASE_MOVES[CaseState(case.state)]:
        case_withdraw(case=case, by=by)
    tablet_keys_erase(visit=visit, by=by)


def locked(case: Case) -> Case:
    """The case, held until the transaction ends."""
    return Case.objects.select_for_update(of=("self",)).select_related("office", "visit").get(pk=case.pk)


def refuse_unless_capturing(case: Case) -> None:
    """Raises NotCapturing."""
    if case.state not in (CaseState.CAPTURING, CaseState.RESHOOT):
        raise NotCapturing
