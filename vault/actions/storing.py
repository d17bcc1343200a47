"""Putting things into the vault."""

import hashlib
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import IO, cast

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from audit.actions import record
from audit.actors import Actor
from vault import ciphers, contents
from vault.errors import BucketErased
from vault.large import SealedStream
from vault.models import Bucket, ObjectKind, VaultObject
from vault.pictures import clean_picture
from vault.room import refuse_when_full


@dataclass(frozen=True, slots=True)
class _Encrypted:
    """What stands in the storage already, waiting for its row."""

    id: uuid.UUID
    storage_name: str
    wrapped_key: bytes
    size: int
    sha256: str


def object_store(
    *, data: bytes, kind: ObjectKind, media_type: str, rule: str, keep_until: date, by: Actor
) -> VaultObject:
    """Encrypt and keep `data` at least through `keep_until`; it is erased at the start of the month after.

    `rule` names the retention rule of the city profile. Raises StorageFull, and BucketErased when that time is over.
    """
    refuse_when_full(len(data))
    bucket = _bucket(rule, keep_until)
    encrypted = _encrypted(bucket, kind, data)
    return _row_created(bucket, encrypted, kind, media_type, by)


def object_store_large(
    *, source: Iterable[bytes], size: int, kind: ObjectKind, media_type: str, rule: str, keep_until: date, by: Actor
) -> VaultObject:
    """As `object_store`, of `size` bytes that come in pieces and are never held as a whole."""
    refuse_when_full(size)
    bucket = _bucket(rule, keep_until)
    object_id, key, bucket_key = uuid.uuid4(), ciphers.new_key(), _opened_key(bucket)
    passing = _Passing(source)
    sealed = SealedStream(passing, key=key, object_id=object_id, kind=kind)
    name = contents.ciphertext_stream_write(object_id, cast("IO[bytes]", sealed))
    wrapped = ciphers.wrap(key, under=bucket_key)
    encrypted = _Encrypted(object_id, name, wrapped, passing.size, passing.sha256)
    return _row_created(bucket, encrypted, kind, media_type, by)


def picture_store(*, upload: bytes, rule: str, keep_until: date, by: Actor) -> VaultObject:
    """Keep a photograph, made anew from its pixels. Raises NotAJpeg, PictureTooLarge, PictureBroken."""
    return object_store(
        data=clean_picture(upload),
        kind=ObjectKind.IMAGE,
        media_type="image/jpeg",
        rule=rule,
        keep_until=keep_until,
        by=by,
    )


class _Passing:
    """Pieces on their way: how many bytes went by, and their SHA-256."""

    def __init__(self, source: Iterable[bytes]) -> None:
        self._source, self._fingerprint, self.size = source, hashlib.sha256(), 0

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._source:
            self._fingerprint.update(piece)
            self.size += len(piece)
            yield piece

    @property
    def sha256(self) -> str:
        return self._fingerprint.hexdigest()


def erase_day(keep_until: date) -> date:
    """The first day of the month after: what is kept until a day is still there on that day."""
    return (keep_until.replace(day=1) + timedelta(days=31)).replace(day=1)


def _bucket(rule: str, keep_until: date) -> Bucket:
    erase_on = erase_day(keep_until)
    if erase_on <= timezone.localdate():
        raise BucketErased
    bucket, _made = Bucket.objects.get_or_create(
        name=f"{rule} {erase_on:%Y-%m}",
        defaults={
            "erase_on": erase_on,
            "wrapped_key": ciphers.wrap(ciphers.new_key(), under=settings.VAULT_ROOT_KEY),
        },
    )
    if bucket.wrapped_key is None:
        raise BucketErased
    return bucket


def _encrypted(bucket: Bucket, kind: ObjectKind, data: bytes) -> _Encrypted:
    object_id, key, bucket_key = uuid.uuid4(), ciphers.new_key(), _opened_key(bucket)
    ciphertext = ciphers.encrypt(data, key=key, object_id=object_id, kind=kind)
    name, wrapped = contents.ciphertext_write(object_id, ciphertext), ciphers.wrap(key, under=bucket_key)
    return _Encrypted(object_id, name, wrapped, len(data), hashlib.sha256(data).hexdigest())


def _opened_key(bucket: Bucket) -> bytes:
    return ciphers.unwrap(bytes(bucket.wrapped_key or b""), under=settings.VAULT_ROOT_KEY)


@transaction.atomic
def _row_created(bucket: Bucket, encrypted: _Encrypted, kind: ObjectKind, media_type: str, by: Actor) -> VaultObject:
    _still_open(bucket)
    held = VaultObject.objects.create(
        id=encrypted.id,
        kind=kind,
        bucket=bucket,
        media_type=media_type,
        size=encrypted.size,
        sha256=encrypted.sha256,
        storage_name=encrypted.storage_name,
        wrapped_key=encrypted.wrapped_key,
    )
    record(action="vault.object_stored", subject=held, by=by, detail={"kind": kind, "bucket": bucket.name})
    return held


def _still_open(bucket: Bucket) -> None:
    """Raises BucketErased. From here to the commit nobody can erase the bucket; other stores are not held up."""
    shared = Bucket.objects.raw("SELECT * FROM vault_bucket WHERE id = %s FOR SHARE", [bucket.pk])[0]
    if shared.erased_at:
        raise BucketErased
