"""The vault's cryptography: AES-256-GCM for contents, AES key wrap (RFC 3394) for keys. No database here.

A ciphertext is one version byte, a nonce of 12 bytes and AES-GCM's output. Each object has a key of its
own, used once, so that a random nonce can never meet the same key twice. The object's id and kind are
authenticated with it: a ciphertext put in another object's place does not open.
"""

import os
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

VERSION = b"\x01"
NONCE_BYTES = 12


class DoesNotOpen(Exception):
    """The key is not the right one, or what it should open was changed."""


def new_key() -> bytes:
    """256 random bits."""
    return AESGCM.generate_key(bit_length=256)


def wrap(key: bytes, *, under: bytes) -> bytes:
    return aes_key_wrap(under, key)


def unwrap(wrapped: bytes, *, under: bytes) -> bytes:
    """Raises DoesNotOpen unless `wrapped` was wrapped under this very key."""
    try:
        return aes_key_unwrap(under, wrapped)
    except InvalidUnwrap as error:
        raise DoesNotOpen from error


def encrypt(data: bytes, *, key: bytes, object_id: UUID, kind: str) -> bytes:
    nonce = os.urandom(NONCE_BYTES)
    return VERSION + nonce + AESGCM(key).encrypt(nonce, data, _bound_to(object_id, kind))


def decrypt(ciphertext: bytes, *, key: bytes, object_id: UUID, kind: str) -> bytes:
    """Raises DoesNotOpen when anything differs from what `encrypt` was given."""
    nonce, sealed = ciphertext[1 : 1 + NONCE_BYTES], ciphertext[1 + NONCE_BYTES :]
    if ciphertext[:1] != VERSION or len(nonce) != NONCE_BYTES:
        raise DoesNotOpen
    try:
        return AESGCM(key).decrypt(nonce, sealed, _bound_to(object_id, kind))
    except InvalidTag as error:
        raise DoesNotOpen from error


def _bound_to(object_id: UUID, kind: str) -> bytes:
    return VERSION + object_id.bytes + kind.encode()
