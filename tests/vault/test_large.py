"""Large objects: sealed and opened piece by piece, readable from any place, and never half."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.storage import FileSystemStorage, storages

from tests.vault.test_vault import CLERK, KEEP_UNTIL
from vault.actions import object_erase, object_opened, object_opens, object_read, object_store, object_store_large
from vault.errors import ObjectDamaged, ObjectErased
from vault.large import PIECE, SEALED_PIECE
from vault.models import ObjectKind, VaultObject

pytestmark = pytest.mark.django_db

WHOLE = bytes(range(256)) * (PIECE // 256)
MORE = WHOLE + WHOLE[::-1] + b"and the rest"


def store(*parts: bytes) -> VaultObject:
    return object_store_large(
        source=parts,
        size=sum(map(len, parts)),
        kind=ObjectKind.DOCUMENT,
        media_type="application/octet-stream",
        rule="signature",
        keep_until=KEEP_UNTIL,
        by=CLERK,
    )


def sealed_file(held: VaultObject) -> Path:
    storage = storages["vault"]
    assert isinstance(storage, FileSystemStorage)
    return Path(storage.path(held.storage_name))


@pytest.mark.parametrize("content", [b"", b"small", WHOLE, MORE])
def test_what_goes_in_comes_out_in_whatever_parts(content: bytes) -> None:
    held = store(*(content[start : start + 700_001] for start in range(0, len(content), 700_001)))
    assert (held.size, object_read(held=held, by=CLERK, purpose="test")) == (len(content), content)
    assert object_opens(held)
    assert not content or content not in sealed_file(held).read_bytes()


def test_any_place_can_be_read() -> None:
    with object_opened(held=store(MORE)) as source:
        source.seek(-8, 2)
        assert source.read() == b"the rest"
        source.seek(PIECE - 3)
        assert source.read(6) == MORE[PIECE - 3 : PIECE + 3]
        assert source.tell() == PIECE + 3


def test_a_small_object_opens_the_same_way() -> None:
    held = object_store(
        data=b"small",
        kind=ObjectKind.DOCUMENT,
        media_type="text/plain",
        rule="signature",
        keep_until=KEEP_UNTIL,
        by=CLERK,
    )
    with object_opened(held=held) as source:
        assert source.read() == b"small"


def exchanged(sealed: bytes) -> bytes:
    return sealed[:1] + sealed[1 + SEALED_PIECE : 1 + 2 * SEALED_PIECE] + sealed[1 : 1 + SEALED_PIECE] + sealed[-28:]


@pytest.mark.parametrize(
    "change",
    [
        lambda sealed: sealed[:-1] + bytes([sealed[-1] ^ 1]),
        lambda sealed: sealed[: 1 + SEALED_PIECE],
        exchanged,
    ],
)
def test_a_changed_cut_or_reordered_file_does_not_open(change: Callable[[bytes], bytes]) -> None:
    held = store(MORE)
    path = sealed_file(held)
    path.chmod(0o600)
    path.write_bytes(change(path.read_bytes()))
    assert not object_opens(held)
    with pytest.raises(ObjectDamaged), object_opened(held=held) as source:
        source.read()


def test_a_piece_of_another_object_does_not_open() -> None:
    held, other = store(MORE), store(MORE)
    path = sealed_file(held)
    path.chmod(0o600)
    path.write_bytes(sealed_file(other).read_bytes())
    assert not object_opens(held)


def test_an_erased_large_object_is_gone() -> None:
    held = store(MORE)
    object_erase(held=held, by=CLERK, reason="test")
    with pytest.raises(ObjectErased), object_opened(held=held):
        pass
