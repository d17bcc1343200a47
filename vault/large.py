"""Objects too large for memory: the same ciphers, piece by piece, readable from any place. No database here.

Such a ciphertext is a version byte and then its pieces, each a nonce and AES-GCM's output over PIECE bytes (the last
one over what is left). Each piece is bound to its object, its place and whether it is the last: pieces that are
exchanged, repeated, left out or cut off do not open.
"""

import io
import os
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from typing import IO
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from vault.ciphers import NONCE_BYTES, DoesNotOpen

VERSION = b"\x02"
PIECE = 1024 * 1024  # bytes
TAG_BYTES = 16
SEALED_PIECE = NONCE_BYTES + PIECE + TAG_BYTES
# Who reads a PDF jumps between its end, its index and one page.
PIECES_KEPT = 8


class SealedStream(io.RawIOBase):
    """What a storage reads while it saves: `source` in any pieces, sealed on the way."""

    def __init__(self, source: Iterable[bytes], *, key: bytes, object_id: UUID, kind: str) -> None:
        super().__init__()
        self._sealed = _sealed(source, AESGCM(key), object_id, kind)
        self._left = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "memoryview") -> int:  # type: ignore[override]
        if not self._left:
            self._left = next(self._sealed, b"")
        taken = self._left[: len(buffer)]
        buffer[: len(taken)] = taken
        self._left = self._left[len(taken) :]
        return len(taken)


def _sealed(source: Iterable[bytes], cipher: AESGCM, object_id: UUID, kind: str) -> Iterator[bytes]:
    yield VERSION
    for place, (piece, last) in enumerate(_told_the_last(_in_pieces(source))):
        nonce = os.urandom(NONCE_BYTES)
        yield nonce + cipher.encrypt(nonce, piece, _bound_to(object_id, kind, place, last=last))


def _in_pieces(source: Iterable[bytes]) -> Iterator[bytes]:
    held = bytearray()
    for part in source:
        held += part
        while len(held) >= PIECE:
            yield bytes(held[:PIECE])
            del held[:PIECE]
    yield bytes(held)


def _told_the_last(pieces: Iterator[bytes]) -> Iterator[tuple[bytes, bool]]:
    before = next(pieces)
    for piece in pieces:
        # Nothing after a whole piece: that was the last one.
        if piece:
            yield before, False
            before = piece
    yield before, True


class OpenedStream(io.RawIOBase):
    """The content of a sealed file of `size` bytes, from any place; some pieces are kept in memory.

    A piece that does not open reads as the end of the file, and `damaged` is set: libraries that call back from C
    cannot pass an exception on. Whoever hands this out has to look at `damaged` afterwards.
    """

    def __init__(self, sealed: IO[bytes], *, key: bytes, object_id: UUID, kind: str, size: int) -> None:
        super().__init__()
        self._file, self._cipher, self._object, self._kind = sealed, AESGCM(key), object_id, kind
        self._size, self._at = size, 0
        self._pieces: OrderedDict[int, bytes] = OrderedDict()
        self.damaged = False

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(start + offset, 0)
        return self._at

    def readinto(self, buffer: "memoryview") -> int:  # type: ignore[override]
        if self._at >= self._size or self.damaged:
            return 0
        place, within = divmod(self._at, PIECE)
        try:
            taken = self._piece(place)[within : within + len(buffer)]
        except (DoesNotOpen, OSError):
            self.damaged = True
            return 0
        buffer[: len(taken)] = taken
        self._at += len(taken)
        return len(taken)

    def _piece(self, place: int) -> bytes:
        """Raises DoesNotOpen."""
        if place not in self._pieces:
            self._pieces[place] = self._opened(place)
            if len(self._pieces) > PIECES_KEPT:
                self._pieces.popitem(last=False)
        self._pieces.move_to_end(place)
        return self._pieces[place]

    def _opened(self, place: int) -> bytes:
        self._file.seek(len(VERSION) + place * SEALED_PIECE)
        sealed = self._file.read(SEALED_PIECE)
        bound = _bound_to(self._object, self._kind, place, last=(place + 1) * PIECE >= self._size)
        try:
            return self._cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], bound)
        except (InvalidTag, ValueError) as error:
            raise DoesNotOpen from error


def _bound_to(object_id: UUID, kind: str, place: int, *, last: bool) -> bytes:
    return VERSION + object_id.bytes + place.to_bytes(8) + bytes([last]) + kind.encode()
