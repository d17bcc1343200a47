"""Cryptographic erase: the wrapped key goes first, in the transaction; the ciphertext follows after commit.

The audit event is the evidence: what was erased, when, by whom and why, with the SHA-256 of the content or,
for a bucket, of the list of its objects.
"""

import hashlib
from collections.abc import Iterable
from datetime import date
from functools import partial

from django.db import transaction
from django.utils import timezone

from audit.actions import record
from audit.actors import Actor
from vault.contents import ciphertexts_delete
from vault.errors import ObjectErased, UnderLegalHold
from vault.models import Bucket, VaultObject


@transaction.atomic
def object_erase(*, held: VaultObject, by: Actor, reason: str) -> None:
    """Make one object unreadable for good. Erasing it twice is no error. Raises UnderLegalHold.

    `reason` is a short code or sentence without personal data.
    """
    present = VaultObject.objects.select_for_update(of=("self",)).select_related("bucket").get(pk=held.pk)
    if present.legal_hold:
        raise UnderLegalHold
    if present.erased_at:
        return
    present.wrapped_key, present.erased_at = None, timezone.now()
    present.save(update_fields=["wrapped_key", "erased_at"])
    detail = {"reason": reason, "kind": present.kind, "bucket": present.bucket.name, "sha256": present.sha256}
    record(action="vault.object_erased", subject=present, by=by, detail=detail)
    _delete_after_commit([present.storage_name])


@transaction.atomic
def bucket_erase(*, bucket: Bucket, by: Actor) -> int:
    """Make all objects of a bucket unreadable at once and return how many were readable until now.

    Erasing it twice is no error. Raises UnderLegalHold while one of its objects is held.
    """
    present = Bucket.objects.select_for_update().get(pk=bucket.pk)
    if present.erased_at:
        return 0
    readable = VaultObject.objects.filter(bucket=present, erased_at__isnull=True)
    if readable.filter(legal_hold=True).exists():
        raise UnderLegalHold
    objects = list(readable.order_by("pk").values_list("pk", "storage_name"))
    now = timezone.now()
    readable.update(wrapped_key=None, erased_at=now)
    Bucket.objects.filter(pk=present.pk).update(wrapped_key=None, erased_at=now)
    listed = hashlib.sha256("\n".join(str(pk) for pk, _name in objects).encode()).hexdigest()
    detail = {"bucket": present.name, "objects": len(objects), "objects_sha256": listed}
    record(action="vault.bucket_erased", subject=present, by=by, detail=detail)
    _delete_after_commit(name for _pk, name in objects)
    return len(objects)


def objects_erase_due(*, by: Actor, today: date | None = None) -> int:
    """Erase every bucket whose day has come; where something is held, all the rest. Returns how many objects.

    Each bucket is a transaction of its own, so that an interruption loses nothing.
    """
    due = Bucket.objects.filter(erase_on__lte=today or timezone.localdate(), erased_at__isnull=True)
    return sum(_erase_what_may_go(bucket, by, today) for bucket in due.order_by("erase_on", "pk"))


def _erase_what_may_go(bucket: Bucket, by: Actor, today: date | None) -> int:
    try:
        return bucket_erase(bucket=bucket, by=by)
    except UnderLegalHold:
        rest = list(VaultObject.objects.due_for_erasure(today).filter(bucket=bucket).order_by("pk"))
        for held in rest:
            object_erase(held=held, by=by, reason="retention")
        return len(rest)


@transaction.atomic
def object_hold(*, held: VaultObject, reason: str, by: Actor) -> None:
    """Keep an object past its day, until `object_unhold`. Raises ObjectErased when it is too late."""
    present = _held_locked(held)
    if present.erased_at:
        raise ObjectErased
    present.legal_hold = True
    present.save(update_fields=["legal_hold"])
    record(action="vault.object_held", subject=present, by=by, detail={"reason": reason})


@transaction.atomic
def object_unhold(*, held: VaultObject, reason: str, by: Actor) -> None:
    """Let retention have the object again."""
    present = _held_locked(held)
    present.legal_hold = False
    present.save(update_fields=["legal_hold"])
    record(action="vault.object_unheld", subject=present, by=by, detail={"reason": reason})


def _held_locked(held: VaultObject) -> VaultObject:
    # The bucket first: its erasure looks for held objects under the same lock.
    Bucket.objects.select_for_update().get(pk=held.bucket_id)
    return VaultObject.objects.select_for_update(of=("self",)).get(pk=held.pk)


def _delete_after_commit(storage_names: Iterable[str]) -> None:
    # Robust: a storage that does not answer must not undo the erasure; the sweeper deletes what is left.
    transaction.on_commit(partial(ciphertexts_delete, list(storage_names)), robust=True)
