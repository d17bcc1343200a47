"""Keeping applications past their day, letting them go again, and looking at them (fukuoka-23, -24)."""

from django.db import transaction
from django.utils import timezone

from applications.archive.errors import AlreadyHeld, NotHeld
from applications.models import Applicant, Application, ArchiveEntry, ArchiveHold, Assistance
from audit.actions import record
from audit.actors import Actor
from vault.actions import object_hold, object_read, object_unhold
from vault.errors import ObjectErased
from vault.models import VaultObject


@transaction.atomic
def entry_hold(*, entry: ArchiveEntry, reason: str, by: Actor) -> ArchiveHold:
    """Keep an application until the hold is lifted. Raises AlreadyHeld, vault.errors.ObjectErased when too late.

    The reason stands here only: the log tells that, when and by whom.
    """
    application = _locked(entry)
    if application.holds.filter(lifted_at__isnull=True).exists():
        raise AlreadyHeld
    held = ArchiveHold.objects.create(application=application, reason=reason, held_by_id=by.user_id)
    for kept in _objects(application):
        object_hold(held=kept, reason=f"archive hold {held.pk}", by=by)
    record(action="archive.held", subject=application, by=by, detail={"hold": held.pk})
    return held


@transaction.atomic
def entry_release(*, entry: ArchiveEntry, reason: str, by: Actor) -> ArchiveHold:
    """Let retention have the application again. Raises NotHeld."""
    application = _locked(entry)
    held = application.holds.filter(lifted_at__isnull=True).first()
    if held is None:
        raise NotHeld
    held.lifted_reason, held.lifted_by_id, held.lifted_at = reason, by.user_id, timezone.now()
    held.save()
    for kept in _objects(application):
        object_unhold(held=kept, reason=f"archive hold {held.pk}", by=by)
    record(action="archive.released", subject=application, by=by, detail={"hold": held.pk})
    return held


def entry_view(*, entry: ArchiveEntry, by: Actor) -> bytes:
    """The kept paper; each look is an event. Raises vault.errors.ObjectErased or ObjectDamaged."""
    if entry.application.document is None:
        raise ObjectErased
    data = object_read(held=entry.application.document, by=by, purpose="archive")
    with transaction.atomic():
        record(action="archive.viewed", subject=entry.application, by=by)
    return data


@transaction.atomic
def entries_forget(*, by: Actor, most: int = 500) -> int:
    """Take the names out of the index once the paper itself is erased. Returns how many."""
    gone = ArchiveEntry.objects.filter(forgotten_at__isnull=True, application__document__erased_at__isnull=False)
    entries = list(gone.select_for_update(of=("self",), skip_locked=True).order_by("pk")[:most])
    for entry in entries:
        entry.name = entry.reading = entry.name_key = entry.reading_key = entry.reservation_number = ""
        entry.forgotten_at = timezone.now()
        entry.save()
        Applicant.objects.filter(application=entry.pk).delete()
        Assistance.objects.filter(application=entry.pk).delete()
        record(action="archive.forgotten", subject=entry.application, by=by)
    return len(entries)


def _locked(entry: ArchiveEntry) -> Application:
    found = Application.objects.select_related("signature", "document").select_for_update(of=("self",))
    return found.get(pk=entry.pk)


def _objects(application: Application) -> list[VaultObject]:
    """What the vault holds of it, in one order for everybody who locks."""
    held = [kept for kept in (application.signature, application.document) if kept is not None]
    return sorted(held, key=lambda kept: (kept.bucket_id, kept.pk))
