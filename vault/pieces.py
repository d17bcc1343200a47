"""Sealing what is not yet an object: bytes on their way in, and keys lent to a device. No database here.

A key wrapped by the root key lies in the row it belongs to; deleting the row is the erasure.
"""

from uuid import UUID

from django.conf import settings

from vault import ciphers

# A BinaryField gives either.
Held = bytes | memoryview


def wrapped_key_new() -> bytes:
    """A new key, wrapped by the root key."""
    return ciphers.wrap(ciphers.new_key(), under=settings.VAULT_ROOT_KEY)


def key_lent(wrapped_key: Held) -> bytes:
    """The key itself, for a device that seals with it. Raises DoesNotOpen."""
    return ciphers.unwrap(bytes(wrapped_key), under=settings.VAULT_ROOT_KEY)


def piece_sealed(data: bytes, *, wrapped_key: Held, whole: UUID, offset: int) -> bytes:
    """`data` as it may lie in the database: bound to its place in its whole."""
    return ciphers.encrypt(data, key=key_lent(wrapped_key), object_id=whole, kind=f"piece at {offset}")


def piece_opened(sealed: Held, *, wrapped_key: Held, whole: UUID, offset: int) -> bytes:
    """Raises DoesNotOpen when it was changed or lies in another piece's place."""
    return ciphers.decrypt(bytes(sealed), key=key_lent(wrapped_key), object_id=whole, kind=f"piece at {offset}")
