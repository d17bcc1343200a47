"""What goes into the vault comes out unchanged, to nobody unseen, or not at all."""

import base64
import os
import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from pathlib import Path

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.test import RequestFactory
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from audit.actors import Actor
from audit.models import AuditEvent
from tests.vault.cameras import of_format, photograph
from vault.actions import (
    bucket_erase,
    object_erase,
    object_hold,
    object_read,
    object_store,
    object_unhold,
    objects_erase_due,
    picture_store,
)
from vault.contents import sweep
from vault.errors import BucketErased, NotAJpeg, ObjectDamaged, ObjectErased, UnderLegalHold
from vault.models import Bucket, ObjectKind, VaultObject
from vault.responses import object_response
from vault.tasks import erase_due, sweep_orphans

pytestmark = pytest.mark.django_db

CLERK = Actor.system("clerk")
CONTENT = "署名 見本 花子".encode() * 50
KEEP_UNTIL = date(2030, 3, 31)
Broken = Callable[[], AbstractContextManager[None]]


def store(
    content: bytes = CONTENT, kind: ObjectKind = ObjectKind.SIGNATURE, keep_until: date = KEEP_UNTIL
) -> VaultObject:
    return object_store(
        data=content, kind=kind, media_type="application/json", rule="signature", keep_until=keep_until, by=CLERK
    )


def read(held: VaultObject) -> bytes:
    return object_read(held=held, by=CLERK, purpose="test")


def events_of(action: str) -> list[AuditEvent]:
    return list(AuditEvent.objects.filter(action=action).order_by("pk"))


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def grow_old(folder: Path, age: timedelta = timedelta(hours=2)) -> None:
    then = (timezone.now() - age).timestamp()
    for path in files_in(folder):
        os.utime(path, (then, then))


# -- storing and reading ---------------------------------------------------------------------------


def test_what_was_stored_is_read_again() -> None:
    held = store()
    assert read(held) == CONTENT
    assert (held.size, held.media_type) == (len(CONTENT), "application/json")


def test_an_empty_object_is_an_object() -> None:
    assert read(store(b"")) == b""


@pytest.mark.requirement("kitakyushu-30")
def test_nothing_readable_lies_in_the_folder(vault_folder: Path) -> None:
    store()
    (file,) = files_in(vault_folder)
    assert "署名".encode() not in file.read_bytes()


def test_equal_contents_have_unequal_ciphertexts_and_keys(vault_folder: Path) -> None:
    first, second = store(), store()
    one, other = (file.read_bytes() for file in files_in(vault_folder))
    assert one != other
    assert bytes(first.wrapped_key or b"") != bytes(second.wrapped_key or b"")


def test_storing_and_each_look_are_audited_once() -> None:
    held = store()
    read(held)
    read(held)
    assert [event.subject_id for event in events_of("vault.object_stored")] == [str(held.pk)]
    assert [event.detail for event in events_of("vault.object_viewed")] == [{"purpose": "test"}] * 2


def test_a_look_that_cannot_be_audited_shows_nothing(audit_cannot_be_written: Broken) -> None:
    held = store()
    shown = None
    with audit_cannot_be_written():
        shown = read(held)
    assert shown is None


def test_an_object_whose_event_cannot_be_written_is_not_stored(audit_cannot_be_written: Broken) -> None:
    with audit_cannot_be_written():
        store()
    assert not VaultObject.objects.exists()


def test_a_photograph_is_kept_as_a_new_jpeg() -> None:
    held = picture_store(upload=photograph(), rule="image", keep_until=KEEP_UNTIL, by=CLERK)
    assert (held.kind, held.media_type, held.bucket.name) == (ObjectKind.IMAGE, "image/jpeg", "image 2030-04")
    assert b"Exif" not in read(held)


def test_a_refused_upload_leaves_nothing(vault_folder: Path) -> None:
    with pytest.raises(NotAJpeg):
        picture_store(upload=of_format("PNG"), rule="image", keep_until=KEEP_UNTIL, by=CLERK)
    assert not VaultObject.objects.exists()
    assert not files_in(vault_folder)


def test_objects_of_one_rule_and_month_share_a_bucket() -> None:
    objects = [store(keep_until=date(2030, 3, day)) for day in (1, 31)]
    later = store(keep_until=date(2030, 4, 1))
    assert {held.bucket.name for held in objects} == {"signature 2030-04"}
    assert later.bucket.name == "signature 2030-05"
    assert objects[0].bucket.erase_on == date(2030, 4, 1)


def test_what_should_be_gone_already_is_not_stored() -> None:
    with pytest.raises(BucketErased):
        store(keep_until=timezone.localdate() - timedelta(days=40))


def test_nothing_more_goes_into_an_erased_bucket() -> None:
    bucket_erase(bucket=store().bucket, by=CLERK)
    with pytest.raises(BucketErased):
        store()


# -- tampering -------------------------------------------------------------------------------------


@pytest.mark.parametrize("position", [0, 1, 12, 13, 100, -1])
def test_a_changed_ciphertext_is_refused(vault_folder: Path, position: int) -> None:
    held = store()
    (file,) = files_in(vault_folder)
    data = bytearray(file.read_bytes())
    data[position] ^= 1
    file.write_bytes(data)
    with pytest.raises(ObjectDamaged):
        read(held)
    assert not events_of("vault.object_viewed")


@pytest.mark.parametrize("length", [0, 1, 13, 200])
def test_a_shortened_ciphertext_is_refused(vault_folder: Path, length: int) -> None:
    held = store()
    (file,) = files_in(vault_folder)
    file.write_bytes(file.read_bytes()[:length])
    with pytest.raises(ObjectDamaged):
        read(held)


def test_a_missing_ciphertext_is_refused(vault_folder: Path) -> None:
    held = store()
    files_in(vault_folder)[0].unlink()
    with pytest.raises(ObjectDamaged):
        read(held)


def test_exchanged_ciphertexts_are_refused() -> None:
    mine, other = store(b"mine"), store(b"another's")
    VaultObject.objects.filter(pk=mine.pk).update(storage_name="aside")
    VaultObject.objects.filter(pk=other.pk).update(storage_name=mine.storage_name)
    with pytest.raises(ObjectDamaged):
        read(other)


def test_ciphertexts_exchanged_together_with_their_keys_are_refused() -> None:
    mine, other = store(b"mine"), store(b"another's")
    VaultObject.objects.filter(pk=mine.pk).update(storage_name="aside")
    VaultObject.objects.filter(pk=other.pk).update(
        storage_name=mine.storage_name, wrapped_key=mine.wrapped_key, sha256=mine.sha256
    )
    with pytest.raises(ObjectDamaged):
        read(other)


def test_an_object_passed_off_as_another_kind_is_refused() -> None:
    held = store()
    VaultObject.objects.filter(pk=held.pk).update(kind=ObjectKind.REPORT)
    with pytest.raises(ObjectDamaged):
        read(held)


def test_a_changed_sha256_is_refused() -> None:
    held = store()
    VaultObject.objects.filter(pk=held.pk).update(sha256="0" * 64)
    with pytest.raises(ObjectDamaged):
        read(held)


def test_another_root_key_opens_nothing(settings: Settings) -> None:
    held = store()
    right = settings.VAULT_ROOT_KEY
    settings.VAULT_ROOT_KEY = base64.b64decode(base64.b64encode(os.urandom(32)))
    with pytest.raises(ObjectDamaged):
        read(held)
    settings.VAULT_ROOT_KEY = right
    assert read(held) == CONTENT


# -- transactions and orphans ----------------------------------------------------------------------


def test_a_rolled_back_object_is_an_orphan_and_swept(vault_folder: Path) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        store()
        raise RuntimeError
    assert not VaultObject.objects.exists()
    assert len(files_in(vault_folder)) == 1
    sweep_orphans()
    assert len(files_in(vault_folder)) == 1, "a young file may still get its row"
    grow_old(vault_folder)
    sweep_orphans()
    assert not files_in(vault_folder)


def test_the_sweeper_leaves_readable_objects_alone(vault_folder: Path) -> None:
    held = store()
    grow_old(vault_folder)
    assert sweep() == 0
    assert read(held) == CONTENT


def test_the_sweeper_finishes_an_interrupted_erasure(vault_folder: Path) -> None:
    object_erase(held=store(), by=CLERK, reason="test")  # the test's transaction never commits
    grow_old(vault_folder)
    assert sweep() == 1


def test_sweeping_a_vault_that_was_never_used_is_no_error() -> None:
    assert sweep() == 0


# -- erasing ---------------------------------------------------------------------------------------


@pytest.mark.requirement("kitakyushu-32")
def test_an_erased_object_is_unreadable_even_with_its_ciphertext_kept(
    vault_folder: Path, tmp_path: Path, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    held = store()
    shutil.copytree(vault_folder, tmp_path / "backup")
    with django_capture_on_commit_callbacks(execute=True):
        object_erase(held=held, by=CLERK, reason="withdrawn")
    assert not files_in(vault_folder)
    shutil.copytree(tmp_path / "backup", vault_folder, dirs_exist_ok=True)
    with pytest.raises(ObjectErased):
        read(held)
    assert VaultObject.objects.get().wrapped_key is None


def test_the_evidence_of_an_erasure_stays() -> None:
    held = store()
    object_erase(held=held, by=CLERK, reason="withdrawn")
    object_erase(held=held, by=CLERK, reason="again")
    (event,) = events_of("vault.object_erased")
    assert event.subject_id == str(held.pk)
    assert event.detail == {
        "reason": "withdrawn",
        "kind": "signature",
        "bucket": "signature 2030-04",
        "sha256": held.sha256,
    }


def test_an_erasure_whose_event_cannot_be_written_erases_nothing(audit_cannot_be_written: Broken) -> None:
    held = store()
    with audit_cannot_be_written():
        object_erase(held=held, by=CLERK, reason="test")
    assert read(held) == CONTENT


def test_a_rolled_back_erasure_keeps_key_and_ciphertext(vault_folder: Path) -> None:
    held = store()
    with pytest.raises(RuntimeError), transaction.atomic():
        object_erase(held=held, by=CLERK, reason="test")
        raise RuntimeError
    assert read(held) == CONTENT


def test_erasing_a_bucket_makes_all_its_objects_unreadable(
    vault_folder: Path, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    first, second, elsewhere = store(), store(), store(keep_until=date(2031, 1, 1))
    with django_capture_on_commit_callbacks(execute=True):
        assert bucket_erase(bucket=first.bucket, by=CLERK) == 2
    for held in (first, second):
        with pytest.raises(ObjectErased):
            read(held)
    assert read(elsewhere) == CONTENT
    assert len(files_in(vault_folder)) == 1
    (event,) = events_of("vault.bucket_erased")
    assert (event.detail["bucket"], event.detail["objects"]) == ("signature 2030-04", 2)
    assert bucket_erase(bucket=first.bucket, by=CLERK) == 0


def test_the_key_of_an_erased_object_cannot_come_back() -> None:
    held = store()
    key = held.wrapped_key
    object_erase(held=held, by=CLERK, reason="test")
    with pytest.raises(IntegrityError, match="vault_object_erased_has_no_key"), transaction.atomic():
        VaultObject.objects.filter(pk=held.pk).update(wrapped_key=key)


def test_what_is_due_is_erased_and_the_rest_stays() -> None:
    due, later = store(keep_until=date(2030, 3, 15)), store(keep_until=date(2030, 4, 15))
    with time_machine.travel("2030-03-31T09:00:00+09:00"):
        erase_due()
        assert read(due) == CONTENT
    with time_machine.travel("2030-04-01T09:00:00+09:00"):
        erase_due()
        assert read(later) == CONTENT
        with pytest.raises(ObjectErased):
            read(due)


def test_a_legal_hold_keeps_one_object_past_its_day() -> None:
    held, other = store(), store()
    object_hold(held=held, reason="case 1", by=CLERK)
    with pytest.raises(UnderLegalHold):
        object_erase(held=held, by=CLERK, reason="test")
    with pytest.raises(UnderLegalHold):
        bucket_erase(bucket=held.bucket, by=CLERK)
    assert objects_erase_due(by=CLERK, today=date(2030, 4, 1)) == 1
    assert read(held) == CONTENT
    with pytest.raises(ObjectErased):
        read(other)
    object_unhold(held=held, reason="case 1 closed", by=CLERK)
    assert objects_erase_due(by=CLERK, today=date(2030, 4, 1)) == 1
    with pytest.raises(ObjectErased):
        read(held)
    assert Bucket.objects.get().wrapped_key is None
    assert [event.action for event in AuditEvent.objects.about(held).order_by("pk")] == [
        "vault.object_stored",
        "vault.object_held",
        "vault.object_viewed",
        "vault.object_unheld",
    ]


def test_an_erased_object_cannot_be_held() -> None:
    held = store()
    object_erase(held=held, by=CLERK, reason="test")
    with pytest.raises(ObjectErased):
        object_hold(held=held, reason="too late", by=CLERK)


# -- handing out -----------------------------------------------------------------------------------


def test_a_response_leaves_no_copy_and_runs_nothing() -> None:
    held = picture_store(upload=photograph(), rule="image", keep_until=KEEP_UNTIL, by=CLERK)
    response = object_response(RequestFactory().get("/"), held, CLERK, "review")
    assert response.content.startswith(b"\xff\xd8\xff")
    assert response["Content-Type"] == "image/jpeg"
    assert "no-store" in response["Cache-Control"]
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"].startswith("sandbox")
    assert response["Content-Disposition"].startswith("inline")
    assert events_of("vault.object_viewed")[0].detail == {"purpose": "review"}


def test_what_is_no_picture_comes_as_a_download() -> None:
    response = object_response(RequestFactory().get("/"), store(), CLERK, "archive")
    assert response["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_another_sites_page_gets_nothing(site: str) -> None:
    with pytest.raises(PermissionDenied):
        object_response(RequestFactory().get("/", headers={"sec-fetch-site": site}), store(), CLERK, "review")
    assert not events_of("vault.object_viewed")
