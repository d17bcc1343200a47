"""The way back: into an empty installation, checked before and after, with what was erased since erased again."""

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import connection, transaction
from django.utils import timezone
from pydantic import ValidationError

from audit.actions import record
from audit.actors import Actor
from audit.verification import Verification, verify
from keeping.backups.keyfile import KeyFile, dump_key, read_keyfile
from keeping.backups.making import DUMP, MANIFEST, OBJECTS, Manifest
from keeping.backups.postgres import restore_section
from keeping.backups.streams import StreamBroken, decrypt_stream
from keeping.errors import RestoreRefused
from keeping.rows.sweeping import rows_sweep
from postoffices.models import City
from vault.actions import object_opens, objects_erase_due
from vault.models import Bucket, VaultObject


@dataclass(frozen=True, slots=True)
class Restored:
    """What the command tells. `erased_again` are objects that the backup still held."""

    rows: int
    objects: int
    erased_again: int
    audit: Verification


def backup_restore(*, folder: Path, keys: Path, by: Actor) -> Restored:
    """Bring the installation back as it was, without what was erased since. Raises RestoreRefused."""
    manifest, held = _manifest(folder), read_keyfile(keys)
    key = dump_key(held, manifest.name)
    _refuse_unless_empty()
    _refuse_unless_whole(folder, manifest)
    try:
        restore_section("pre-data", _dump(folder, key))
        restore_section("data", _dump(folder, key))
        _buckets_return(held)
        restore_section("post-data", _dump(folder, key))
    except StreamBroken as error:
        raise RestoreRefused("データベースの控えが壊れています。") from error
    _refuse_wrong_counts(manifest)
    erased_again = _erase_again(held)
    objects = _objects_return(folder, manifest)
    objects_erase_due(by=by)
    rows_sweep(by=by)
    _refuse_what_does_not_open()
    audit = verify([manifest.last_root] if manifest.last_root else [])
    _note(manifest, erased_again, by)
    return Restored(sum(manifest.rows.values()), objects, erased_again, audit)


def _manifest(folder: Path) -> Manifest:
    try:
        return Manifest.model_validate_json((folder / MANIFEST).read_bytes())
    except (OSError, ValidationError) as error:
        raise RestoreRefused(f"{folder} は、最後まで作られたバックアップではありません。") from error


def _refuse_unless_empty() -> None:
    if connection.introspection.table_names():
        raise RestoreRefused(
            "データベースが空ではありません。空のデータベースを用意してください（migrate もしません）。"
        )
    try:
        folders, files = storages["vault"].listdir("")
    except FileNotFoundError:
        return
    if folders or files:
        raise RestoreRefused("保管庫（VAULT_DIR）が空ではありません。空のフォルダーを用意してください。")


def _refuse_unless_whole(folder: Path, manifest: Manifest) -> None:
    """Every file is there and as it was written; looked at before anything is brought back."""
    fingerprint = sha256()
    with (folder / DUMP).open("rb") as source:
        while piece := source.read(1 << 20):
            fingerprint.update(piece)
    if fingerprint.hexdigest() != manifest.dump_sha256:
        raise RestoreRefused("データベースの控えが、作ったときから変わっています。")
    for name, expected in manifest.objects.items():
        path = folder / OBJECTS / name
        if not path.is_file() or sha256(path.read_bytes()).hexdigest() != expected:
            raise RestoreRefused(f"保管物 {name} がないか、作ったときから変わっています。")


def _dump(folder: Path, key: bytes) -> Iterator[bytes]:
    with (folder / DUMP).open("rb") as source:
        yield from decrypt_stream(source, key=key)


@transaction.atomic
def _buckets_return(held: KeyFile) -> None:
    """From the key file, as they stand now: a bucket erased since the dump comes back without its key."""
    Bucket.objects.bulk_create(
        Bucket(
            id=part.id,
            name=part.name,
            erase_on=part.erase_on,
            wrapped_key=base64.b64decode(part.wrapped_key) if part.wrapped_key else None,
            erased_at=part.erased_at,
        )
        for part in held.buckets
    )
    highest = max((part.id for part in held.buckets), default=1)
    with connection.cursor() as cursor:
        cursor.execute("SELECT setval(pg_get_serial_sequence('vault_bucket', 'id'), %s)", [highest])


def _refuse_wrong_counts(manifest: Manifest) -> None:
    with connection.cursor() as cursor:
        for table, expected in manifest.rows.items():
            cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)}")  # noqa: S608 -- our own tables
            (found,) = cursor.fetchone()
            if found != expected:
                raise RestoreRefused(f"表 {table} は{expected}行のはずですが、{found}行です。")


@transaction.atomic
def _erase_again(held: KeyFile) -> int:
    """Objects that were erased after the dump, one by one or with their bucket."""
    now = timezone.now()
    one_by_one = VaultObject.objects.filter(erased_at__isnull=True, pk__in=held.erased_objects)
    with_bucket = VaultObject.objects.filter(erased_at__isnull=True, bucket__wrapped_key__isnull=True)
    return sum(objects.update(wrapped_key=None, erased_at=now) for objects in (one_by_one, with_bucket))


def _objects_return(folder: Path, manifest: Manifest) -> int:
    """The ciphertexts of what can still be read. Others are left where they are: nobody could open them."""
    storage = storages["vault"]
    brought = 0
    for name in VaultObject.objects.readable().order_by("pk").values_list("storage_name", flat=True).iterator():
        if name not in manifest.objects:
            raise RestoreRefused(f"保管物 {name} がバックアップにありません。")
        if storage.save(name, ContentFile((folder / OBJECTS / name).read_bytes())) != name:
            raise RestoreRefused(f"保管物 {name} を元の名前で戻せませんでした。")
        brought += 1
    return brought


def _refuse_what_does_not_open() -> None:
    for held in VaultObject.objects.readable().select_related("bucket").order_by("pk").iterator(chunk_size=500):
        if not object_opens(held):
            raise RestoreRefused(f"保管物 {held.pk} が開きません。")


@transaction.atomic
def _note(manifest: Manifest, erased_again: int, by: Actor) -> None:
    if city := City.objects.first():
        detail = {"name": manifest.name, "erased_again": erased_again}
        record(action="keeping.restored", subject=city, by=by, detail=detail)
