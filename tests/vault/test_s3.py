"""The vault in an S3 bucket: the same promises, kept over real HTTP to a server that speaks S3."""

import logging
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest
from django.core.files.storage import storages
from django.utils import timezone
from moto.server import ThreadedMotoServer
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from config.environment import vault_storage
from keeping.backups.making import OBJECTS, Made, _objects_copied
from keeping.closing.inventory import stored_files
from tests.vault.test_large import MORE
from tests.vault.test_large import store as store_large
from tests.vault.test_vault import CLERK, CONTENT, read, store
from vault.actions import bucket_erase, object_erase, object_opened, object_opens
from vault.ciphers import NONCE_BYTES
from vault.contents import ciphertext_write, sweep
from vault.errors import ObjectDamaged, ObjectErased
from vault.large import PIECE, SEALED_PIECE, TAG_BYTES
from vault.s3 import VaultS3Storage

pytestmark = pytest.mark.django_db
BUCKET = "mihon-vault"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """Where S3 is spoken on this machine."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    running = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    running.start()
    host, port = running.get_host_and_port()
    yield f"http://{host}:{port}"
    running.stop()


@pytest.fixture(autouse=True)
def client(server: str, settings: Settings, monkeypatch: pytest.MonkeyPatch, vault_folder: Path) -> Iterator[Any]:
    """The vault as an installation sets it up: the bucket by name, address and keys from the usual variables."""
    for name, value in {
        "AWS_ENDPOINT_URL_S3": server,
        "AWS_ACCESS_KEY_ID": "mihon",
        "AWS_SECRET_ACCESS_KEY": "mihon",
        "AWS_DEFAULT_REGION": "us-east-1",
    }.items():
        monkeypatch.setenv(name, value)
    held = boto3.client("s3")
    held.create_bucket(Bucket=BUCKET)
    settings.STORAGES = settings.STORAGES | {"vault": vault_storage("", BUCKET)}
    yield held
    for key in keys(held):
        held.delete_object(Bucket=BUCKET, Key=key)
    held.delete_bucket(Bucket=BUCKET)


@pytest.fixture
def asked(client: Any) -> Iterator[list[str]]:
    """The ranges of bytes that the product asks for."""
    ranges: list[str] = []
    storage = storages["vault"]
    assert isinstance(storage, VaultS3Storage)
    events = storage.connection.meta.client.meta.events
    events.register("provide-client-params.s3.GetObject", lambda params, **more: ranges.append(params["Range"]))
    yield ranges


def keys(client: Any) -> list[str]:
    """What really lies in the bucket."""
    return [found["Key"] for found in client.list_objects_v2(Bucket=BUCKET).get("Contents", [])]


@pytest.mark.requirement("kitakyushu-30", "fukuoka-19")
def test_what_was_stored_is_read_again_and_lies_there_unreadable(client: Any, vault_folder: Path) -> None:
    held = store()
    assert read(held) == CONTENT
    assert keys(client) == [held.storage_name]
    assert CONTENT[:20] not in client.get_object(Bucket=BUCKET, Key=held.storage_name)["Body"].read()
    assert not vault_folder.exists()


def test_a_large_object_goes_in_as_it_comes_and_is_read_from_any_place(client: Any) -> None:
    held = store_large(*(MORE[start : start + 700_001] for start in range(0, len(MORE), 700_001)))
    with object_opened(held=held) as source:
        source.seek(PIECE - 3)
        assert source.read(6) == MORE[PIECE - 3 : PIECE + 3]
    assert object_opens(held)


def test_of_a_large_object_only_what_is_read_is_fetched(asked: list[str]) -> None:
    held = store_large(*([bytes(PIECE)] * 12), b"the rest")
    with object_opened(held=held) as source:
        source.seek(-8, 2)
        assert source.read() == b"the rest"
        source.seek(5 * PIECE)
        assert source.read(10) == bytes(10)
    first, last, middle = (byte_range(words) for words in asked)
    assert first == range(SEALED_PIECE)
    assert len(last) == len(b"the rest") + NONCE_BYTES + TAG_BYTES
    assert middle == range(1 + 5 * SEALED_PIECE, 1 + 6 * SEALED_PIECE)


def test_a_small_object_costs_one_request(asked: list[str]) -> None:
    read(store())
    assert len(asked) == 1


def byte_range(words: str) -> range:
    first, last = words.removeprefix("bytes=").split("-")
    return range(int(first), int(last) + 1)


def test_the_same_promise_as_by_a_folder_when_it_is_gone_in_the_middle(client: Any) -> None:
    held = store_large(MORE)
    with storages["vault"].open(held.storage_name) as source:
        source.read(1)
        client.delete_object(Bucket=BUCKET, Key=held.storage_name)
        source.seek(2 * SEALED_PIECE)
        with pytest.raises(FileNotFoundError):
            source.read(1)


def test_a_name_is_never_used_twice(client: Any) -> None:
    held = store()
    again = ciphertext_write(held.pk, b"another one's")
    assert again != held.storage_name
    assert read(held) == CONTENT


@pytest.mark.requirement("fukuoka-23", "kitakyushu-32")
def test_erased_by_itself_and_with_its_bucket(
    client: Any, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    one, other, third = store(), store(), store_large(MORE)
    with django_capture_on_commit_callbacks(execute=True):
        object_erase(held=one, by=CLERK, reason="test")
    assert sorted(keys(client)) == sorted([other.storage_name, third.storage_name])
    with pytest.raises(ObjectErased):
        read(one)
    with django_capture_on_commit_callbacks(execute=True):
        bucket_erase(bucket=other.bucket, by=CLERK)
    assert keys(client) == stored_files() == []
    assert not object_opens(third)


def test_what_somebody_took_out_of_the_bucket_is_damaged_not_a_fault(client: Any) -> None:
    held = store()
    client.delete_object(Bucket=BUCKET, Key=held.storage_name)
    with pytest.raises(ObjectDamaged):
        read(held)


def test_orphans_are_swept_and_what_another_sweeper_took_is_no_fault(
    client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    held, later = store(), timezone.now() + timedelta(hours=2)
    client.put_object(Bucket=BUCKET, Key="ab/orphan", Body=b"left by a crash")
    assert sweep() == 0, "too young"
    storage = storages["vault"]
    with monkeypatch.context() as patch:
        patch.setattr(storage, "listdir", lambda folder: ([], ["gone"]) if folder else (["ab"], []))
        assert sweep(later) == 0
    assert sweep(later) == 1
    assert keys(client) == [held.storage_name]


@pytest.mark.requirement("fukuoka-23")
def test_a_backup_copies_what_lies_in_the_bucket(client: Any, tmp_path: Path) -> None:
    kept, gone = store(), store()
    client.delete_object(Bucket=BUCKET, Key=gone.storage_name)
    copied = dict(_objects_copied(Made(tmp_path), None))
    assert list(copied) == [kept.storage_name]
    body = client.get_object(Bucket=BUCKET, Key=kept.storage_name)["Body"].read()
    assert (tmp_path / OBJECTS / kept.storage_name).read_bytes() == body
    assert stored_files() == [kept.storage_name]
