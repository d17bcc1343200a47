"""Taking things out of the vault to look at them: each look is an audit event."""

import hashlib
import logging
from collections.abc import Callable
from typing import TypeVar

from django.conf import settings
from django.db import transaction

from audit.actions import record
from audit.actors import Actor
from vault import ciphers, contents
from vault.errors import ObjectDamaged, ObjectErased
from vault.models import VaultObject

T = TypeVar("T")
logger = logging.getLogger("vault")


def object_read(*, held: VaultObject, by: Actor, purpose: str) -> bytes:
    """The object's content; given out only once the event of the look is written.

    `purpose` is a short code without personal data. Raises ObjectErased, ObjectDamaged.
    """
    present = VaultObject.objects.select_related("bucket").get(pk=held.pk)
    data = _opened(present)
    with transaction.atomic():
        record(action="vault.object_viewed", subject=present, by=by, detail={"purpose": purpose})
    return data


def object_opens(held: VaultObject) -> bool:
    """Whether the object can be read and is what was stored. Nobody looks at it, so that no event is written."""
    try:
        _opened(held)
    except (ObjectErased, ObjectDamaged):
        return False
    return True


def object_check(*, held: VaultObject, inspect: Callable[[bytes], T]) -> T:
    """What `inspect` says about the content. Nobody sees it, so this is no look; the caller records its own run.

    Raises ObjectErased, ObjectDamaged.
    """
    return inspect(_opened(VaultObject.objects.select_related("bucket").get(pk=held.pk)))


def _opened(held: VaultObject) -> bytes:
    if held.wrapped_key is None or held.bucket.wrapped_key is None:
        raise ObjectErased
    try:
        bucket_key = ciphers.unwrap(bytes(held.bucket.wrapped_key), under=settings.VAULT_ROOT_KEY)
        key = ciphers.unwrap(bytes(held.wrapped_key), under=bucket_key)
        ciphertext = contents.ciphertext_read(held.storage_name)
        data = ciphers.decrypt(ciphertext, key=key, object_id=held.pk, kind=held.kind)
    except (ciphers.DoesNotOpen, OSError) as error:
        logger.error("object %s does not open: %s", held.pk, type(error).__name__)
        raise ObjectDamaged from error
    if hashlib.sha256(data).hexdigest() != held.sha256:
        logger.error("object %s is not what was stored", held.pk)
        raise ObjectDamaged
    return data
