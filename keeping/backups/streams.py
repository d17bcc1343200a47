"""A stream of any length under one key: AES-256-GCM in pieces that can neither be moved nor cut off.

The nonce of a piece is a random prefix, its number, and whether it is the last one.
"""

import os
import struct
from collections.abc import Iterable, Iterator
from typing import IO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

MAGIC = b"MDGB\x01"
PIECE = 1 << 20
_PREFIX = 7


class StreamBroken(Exception):
    """The key is not the right one, or the stream was changed or cut."""


def encrypt_stream(source: IO[bytes], *, key: bytes) -> Iterator[bytes]:
    """The pieces to be written, one after the other."""
    prefix, cipher = os.urandom(_PREFIX), AESGCM(key)
    yield MAGIC + prefix
    number, held = 0, source.read(PIECE)
    while True:
        following = source.read(PIECE)
        sealed = cipher.encrypt(_nonce(prefix, number, last=not following), held, MAGIC)
        yield struct.pack(">I", len(sealed)) + sealed
        if not following:
            return
        number, held = number + 1, following


def decrypt_stream(source: IO[bytes], *, key: bytes) -> Iterator[bytes]:
    """Raises StreamBroken, at the latest at the end."""
    if source.read(len(MAGIC)) != MAGIC:
        raise StreamBroken
    prefix, cipher = source.read(_PREFIX), AESGCM(key)
    pieces = _pieces(source)
    number, held = 0, next(pieces, None)
    while held is not None:
        following = next(pieces, None)
        try:
            yield cipher.decrypt(_nonce(prefix, number, last=following is None), held, MAGIC)
        except InvalidTag as error:
            raise StreamBroken from error
        number, held = number + 1, following
    if number == 0:
        raise StreamBroken


def _pieces(source: IO[bytes]) -> Iterator[bytes]:
    while size := source.read(4):
        length = struct.unpack(">I", size)[0] if len(size) == 4 else 0
        piece = source.read(length) if 0 < length <= PIECE + 16 else b""
        if len(piece) != length or not piece:
            raise StreamBroken
        yield piece


def _nonce(prefix: bytes, number: int, *, last: bool) -> bytes:
    return prefix + struct.pack(">I?", number, last)


def write_all(pieces: Iterable[bytes], target: IO[bytes]) -> None:
    for piece in pieces:
        target.write(piece)
