"""Where ciphertexts lie: the storage `vault` (a folder or an S3 bucket). Not part of any transaction.

A ciphertext is written before its row and deleted after its row lost the key. So a crash leaves at worst a
file that nobody can open, and `sweep` takes it away.
"""

import logging
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import IO
from uuid import UUID

from django.core.files.base import ContentFile, File
from django.core.files.storage import Storage, storages
from django.utils import timezone

from vault.models import VaultObject

logger = logging.getLogger("vault")

# Longer than any transaction may take: a younger file may still get its row.
ORPHAN_AGE = timedelta(hours=1)


def _storage() -> Storage:
    return storages["vault"]


def ciphertext_write(object_id: UUID, ciphertext: bytes) -> str:
    """Write and return the name under which it lies. A second copy never overwrites the first."""
    return _storage().save(f"{object_id.hex[:2]}/{object_id.hex}", ContentFile(ciphertext))


def ciphertext_stream_write(object_id: UUID, ciphertext: IO[bytes]) -> str:
    """As `ciphertext_write`, for what is made while it is written."""
    return _storage().save(f"{object_id.hex[:2]}/{object_id.hex}", File(ciphertext))


def ciphertext_open(storage_name: str) -> IO[bytes]:
    """The ciphertext as a file that can be read from any place. Raises OSError when it is not there."""
    opened: IO[bytes] = _storage().open(storage_name)
    return opened


def ciphertexts_delete(storage_names: Iterable[str]) -> None:
    """Deleting what is gone already is no error."""
    for name in storage_names:
        _storage().delete(name)


def sweep(now: datetime | None = None) -> int:
    """Delete ciphertexts without a readable object: rolled-back stores and interrupted erasures. Returns how many."""
    before = (now or timezone.now()) - ORPHAN_AGE
    orphans = [name for name in _unreadable() if _is_older(name, before)]
    ciphertexts_delete(orphans)
    if orphans:
        logger.info("%d orphaned ciphertexts deleted", len(orphans))
    return len(orphans)


def _is_older(name: str, before: datetime) -> bool:
    try:
        return _storage().get_modified_time(name) < before
    except FileNotFoundError:
        return False  # another sweeper was here


def _unreadable() -> Iterator[str]:
    """Folder by folder, so that memory stays small with millions of objects."""
    try:
        folders, _files = _storage().listdir("")
    except FileNotFoundError:
        return  # nothing was ever stored
    for folder in folders:
        names = {f"{folder}/{name}" for name in _storage().listdir(folder)[1]}
        needed = VaultObject.objects.readable().filter(storage_name__startswith=f"{folder}/")
        yield from names - set(needed.values_list("storage_name", flat=True))
