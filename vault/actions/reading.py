"""Taking things out of the vault to look at them: each look is an audit event."""

import hashlib
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BufferedReader, BytesIO
from typing import BinaryIO, TypeVar, cast

from django.conf import settings
from django.db import transaction

from audit.actions import record
from audit.actors import Actor
from vault import ciphers, contents
from vault.errors import ObjectDamaged, ObjectErased
from vault.large import PIECE, VERSION, OpenedStream
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
        with object_opened(held=held) as source:
            fingerprint = hashlib.sha256()
            while piece := source.read(PIECE):
                fingerprint.update(piece)
    except (ObjectErased, ObjectDamaged):
        return False
    return fingerprint.hexdigest() == held.sha256


def object_check(*, held: VaultObject, inspect: Callable[[bytes], T]) -> T:
    """What `inspect` says about the content. Nobody sees it, so this is no look; the caller records its own run.

    Raises ObjectErased, ObjectDamaged.
    """
    return inspect(_opened(VaultObject.objects.select_related("bucket").get(pk=held.pk)))


@contextmanager
def object_opened(*, held: VaultObject) -> Iterator[BinaryIO]:
    """The content as a file to be read from any place; of a large object, only some pieces are in memory.

    No look is recorded: the caller records what it does. Raises ObjectErased, ObjectDamaged; the latter also at the
    end, when a piece did not open, whatever was made of that meanwhile.
    """
    present = VaultObject.objects.select_related("bucket").get(pk=held.pk)
    key = _key(present)
    try:
        sealed = contents.ciphertext_open(present.storage_name)
    except OSError as error:
        raise _damaged(present, error) from error
    with sealed:
        version = sealed.read(len(VERSION))
        if version != VERSION:
            yield BytesIO(_whole(present, key, version + sealed.read()))
            return
        source = OpenedStream(sealed, key=key, object_id=present.pk, kind=present.kind, size=present.size)
        try:
            # pypdfium2 looks at the type; the buffer saves calls for every byte.
            yield cast("BinaryIO", BufferedReader(source))
        finally:
            if source.damaged:
                raise _damaged(present, ciphers.DoesNotOpen())


def _opened(held: VaultObject) -> bytes:
    """All of the content. Raises ObjectErased, ObjectDamaged."""
    with object_opened(held=held) as source:
        data = source.read()
    if hashlib.sha256(data).hexdigest() != held.sha256:
        logger.error("object %s is not what was stored", held.pk)
        raise ObjectDamaged
    return data


def _key(held: VaultObject) -> bytes:
    if held.wrapped_key is None or held.bucket.wrapped_key is None:
        raise ObjectErased
    try:
        bucket_key = ciphers.unwrap(bytes(held.bucket.wrapped_key), under=settings.VAULT_ROOT_KEY)
        return ciphers.unwrap(bytes(held.wrapped_key), under=bucket_key)
    except ciphers.DoesNotOpen as error:
        raise _damaged(held, error) from error


def _whole(held: VaultObject, key: bytes, ciphertext: bytes) -> bytes:
    try:
        return ciphers.decrypt(ciphertext, key=key, object_id=held.pk, kind=held.kind)
    except ciphers.DoesNotOpen as error:
        raise _damaged(held, error) from error


def _damaged(held: VaultObject, error: Exception) -> ObjectDamaged:
    logger.error("object %s does not open: %s", held.pk, type(error).__name__)
    return ObjectDamaged()
