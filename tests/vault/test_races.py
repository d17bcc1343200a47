"""Storing and erasing at the same time: nothing is stored where no key is left."""

from datetime import date
from threading import Event, Thread

import pytest
from django.db import connections, transaction

from audit.actors import Actor
from vault.actions import bucket_erase, object_store, storing
from vault.errors import BucketErased
from vault.models import Bucket, ObjectKind, VaultObject

pytestmark = pytest.mark.django_db(transaction=True)

CLERK = Actor.system("clerk")


def store() -> VaultObject:
    return object_store(
        data=b"strokes",
        kind=ObjectKind.SIGNATURE,
        media_type="application/json",
        rule="signature",
        keep_until=date(2030, 3, 31),
        by=CLERK,
    )


def store_while_the_bucket_is_erased(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A store that has found its bucket, and then meets an erasure that is not committed yet."""
    bucket = store().bucket
    encrypted, outcome = Event(), list[str]()
    before = storing._encrypted

    def encrypt_and_tell(*args: object) -> object:
        made = before(*args)  # type: ignore[arg-type]
        encrypted.set()
        return made

    def store_elsewhere() -> None:
        try:
            store()
            outcome.append("stored")
        except BucketErased:
            outcome.append("refused")
        finally:
            connections.close_all()

    monkeypatch.setattr(storing, "_encrypted", encrypt_and_tell)
    thread = Thread(target=store_elsewhere)
    with transaction.atomic():
        Bucket.objects.select_for_update().get(pk=bucket.pk)
        thread.start()
        assert encrypted.wait(20)
        bucket_erase(bucket=bucket, by=CLERK)
    thread.join(20)
    return outcome


def test_a_store_that_meets_an_erasure_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    assert store_while_the_bucket_is_erased(monkeypatch) == ["refused"]
    assert not VaultObject.objects.readable().exists()


def test_without_the_look_under_lock_it_would_be_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    """The canary: with the guard off, an object is stored whose key is gone."""
    monkeypatch.setattr(storing, "_still_open", lambda bucket: None)
    assert store_while_the_bucket_is_erased(monkeypatch) == ["stored"]
    assert VaultObject.objects.filter(erased_at__isnull=True, bucket__wrapped_key__isnull=True).count() == 1


def test_two_first_objects_of_a_month_get_one_bucket() -> None:
    def store_elsewhere() -> None:
        store()
        connections.close_all()

    threads = [Thread(target=store_elsewhere) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert VaultObject.objects.count() == 4
    assert Bucket.objects.count() == 1
