"""An oath from its paper to the city's file."""

from datetime import date
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from audit.actions import record
from audit.actors import Actor
from audit.moves import refuse_unless_allowed
from documents.models import DocumentKind, Version, VersionState
from postoffices.city import current_city
from staffing.errors import FileNotAccepted, NotSignedYet, WaitsForSignature
from staffing.models import OATH_MOVES, Oath, OathOccasion, OathState, Worker
from vault.actions import object_store
from vault.models import ObjectKind, VaultObject

LARGEST_FILE = 20 * 1024 * 1024
RETENTION = "staff"


@transaction.atomic
def oath_prepare(*, key: UUID, worker: Worker, occasion: OathOccasion, by: Actor) -> Oath:
    """The paper to be signed, with the wording that the city approved last. Raises WaitsForSignature."""
    if found := Oath.objects.filter(key=key).first():
        return found
    try:
        with transaction.atomic():
            oath = Oath.objects.create(key=key, worker=worker, occasion=occasion, form=approved_form())
    except IntegrityError as taken:
        raise WaitsForSignature from taken
    record(action="staffing.oath_prepared", subject=oath, by=by, detail={"worker": worker.pk, "occasion": occasion})
    return oath


def approved_form() -> Version | None:
    """The published wording; None where the contract has none of its own."""
    published = Version.objects.filter(state=VersionState.PUBLISHED, document__kind=DocumentKind.OATH, file=None)
    return published.order_by("-published_at").first()


@transaction.atomic
def oath_sign(*, oath: Oath, signed_on: date, scan: bytes, by: Actor) -> Oath:
    """The worker has signed; the scan (PDF, may be empty) goes into the vault.

    Raises MoveNotAllowed, NotSignedYet for a day to come, FileNotAccepted.
    """
    oath = _moved(oath, OathState.SIGNED)
    if signed_on > timezone.localdate():
        raise NotSignedYet
    oath.signed_on, oath.scan = signed_on, _stored(scan, by)
    return _written(oath, "staffing.oath_signed", by)


@transaction.atomic
def oath_hand_in(*, oath: Oath, handed_in_on: date, by: Actor) -> Oath:
    """The city has it. Raises MoveNotAllowed."""
    oath = _moved(oath, OathState.HANDED_IN)
    oath.handed_in_on = handed_in_on
    return _written(oath, "staffing.oath_handed_in", by)


@transaction.atomic
def oath_void(*, oath: Oath, reason: str, by: Actor) -> Oath:
    """Prepared or signed by mistake. Raises MoveNotAllowed."""
    oath = _moved(oath, OathState.VOID)
    oath.void_reason = reason
    return _written(oath, "staffing.oath_voided", by)


def _moved(oath: Oath, state: OathState) -> Oath:
    """The oath, locked and in its new state, not saved yet."""
    oath = Oath.objects.select_for_update(of=("self",)).select_related("worker").get(pk=oath.pk)
    refuse_unless_allowed(OATH_MOVES, oath.state, state)
    oath.state = state
    return oath


def _written(oath: Oath, action: str, by: Actor) -> Oath:
    oath.save()
    record(action=action, subject=oath, by=by, detail={"worker": oath.worker_id})
    return oath


def _stored(scan: bytes, by: Actor) -> VaultObject | None:
    """Kept for as long after the contract's end as the rule for staff says: the oath binds those who left, too."""
    if not scan:
        return None
    if not scan.startswith(b"%PDF-") or len(scan) > LARGEST_FILE:
        raise FileNotAccepted
    rules = current_city().rules
    return object_store(
        data=scan,
        kind=ObjectKind.DOCUMENT,
        media_type="application/pdf",
        rule=RETENTION,
        keep_until=rules.keep_until(RETENTION, max(rules.contract.ends, timezone.localdate())),
        by=by,
    )
