"""Making a backup: the dump of one moment, the objects that stand in it, and last of all the keys."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from django.apps import apps
from django.core.files.storage import storages
from django.db import connection, transaction
from django.utils import timezone
from pydantic import BaseModel, ConfigDict

from audit.actions import record
from audit.actors import Actor
from audit.models import AuditSeal
from keeping.backups.keyfile import KeyFile, keys_now, new_dump_key, read_keyfile, write_keyfile
from keeping.backups.postgres import LEFT_OUT, dumped
from keeping.backups.streams import encrypt_stream
from keeping.errors import BackupRefused
from postoffices.models import City
from vault.models import VaultObject

FORMAT = "madoguchi-backup"
MANIFEST, DUMP, OBJECTS = "manifest.json", "database.dump.enc", "objects"


class Manifest(BaseModel):
    """Written last: a folder without it is no backup. `rows` counts every table at the dump's moment."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    format: str = FORMAT
    name: str
    city: str
    moment: str
    dump_sha256: str
    rows: dict[str, int]
    objects: dict[str, str]
    last_root: str


@dataclass(slots=True)
class Made:
    """What the command tells."""

    folder: Path
    rows: int = 0
    objects: int = 0
    linked: int = 0
    dropped: list[str] = field(default_factory=list)


def backup_make(*, into: Path, keys: Path, keep: int, by: Actor) -> Made:
    """A new folder below `into`; `keys` is written anew and must lie elsewhere.

    Keys of all but the newest `keep` backups are let go: what was erased since then is gone from them too.
    Raises BackupRefused.
    """
    if into.resolve() == keys.resolve().parent or into.resolve() in keys.resolve().parents:
        raise BackupRefused("鍵のファイルは、バックアップとは別の場所に置いてください。")
    held = read_keyfile(keys) if keys.exists() else None
    name = f"{timezone.localtime():%Y-%m-%dT%H%M%S.%f}"
    folder = into / name
    folder.mkdir(mode=0o700, parents=True)
    made = Made(folder)
    key, wrapped = new_dump_key()
    with transaction.atomic(durable=not connection.in_atomic_block):
        manifest = _copy(made, name, key, _latest(into, name))
    _write(folder / MANIFEST, manifest.model_dump_json(indent=1).encode())
    _keys_renew(made, keys, held, name, wrapped, keep)
    _note(made, manifest, by)
    return made


def _copy(made: Made, name: str, key: bytes, before: Path | None) -> Manifest:
    with connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("SELECT pg_export_snapshot()")
        (snapshot,) = cursor.fetchone()
    rows = dict(_counted())
    fingerprint = sha256()
    with (made.folder / DUMP).open("xb") as target, dumped(snapshot) as source:
        for piece in encrypt_stream(source, key=key):
            fingerprint.update(piece)
            target.write(piece)
    objects = dict(_objects_copied(made, before))
    made.rows, made.objects = sum(rows.values()), len(objects)
    newest = AuditSeal.objects.newest()
    city = City.objects.first()
    return Manifest(
        name=name,
        city=city.slug if city else "",
        moment=timezone.now().isoformat(),
        dump_sha256=fingerprint.hexdigest(),
        rows=rows,
        objects=objects,
        last_root=newest.root if newest else "",
    )


def _counted() -> Iterator[tuple[str, int]]:
    tables = {model._meta.db_table for model in apps.get_models(include_auto_created=True) if model._meta.managed}
    present = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for table in sorted((tables & present) - set(LEFT_OUT)):
            cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)}")  # noqa: S608 -- our own tables
            yield table, cursor.fetchone()[0]


def _objects_copied(made: Made, before: Path | None) -> Iterator[tuple[str, str]]:
    """Every readable object's ciphertext; files never change, so that those of the backup before are linked."""
    storage = storages["vault"]
    for name in (
        VaultObject.objects.readable().order_by("storage_name").values_list("storage_name", flat=True).iterator()
    ):
        target = made.folder / OBJECTS / name
        target.parent.mkdir(parents=True, exist_ok=True)
        old = before / OBJECTS / name if before else None
        if old and old.exists():
            os.link(old, target)
            made.linked += 1
        else:
            try:
                with storage.open(name) as source, target.open("xb") as copy:
                    shutil.copyfileobj(source, copy)
            except FileNotFoundError:
                # Erased since the dump's moment: the key file, written later, says so too.
                target.unlink(missing_ok=True)
                continue
        yield name, sha256(target.read_bytes()).hexdigest()


def _latest(into: Path, name: str) -> Path | None:
    finished = [path.parent for path in into.glob(f"*/{MANIFEST}") if path.parent.name != name]
    return max(finished, default=None)


def _keys_renew(made: Made, path: Path, held: KeyFile | None, name: str, wrapped: str, keep: int) -> None:
    dumps = {**(held.dumps if held else {}), name: wrapped}
    kept = sorted(dumps)[-keep:]
    made.dropped = [old for old in sorted(dumps) if old not in kept]
    path.parent.mkdir(parents=True, exist_ok=True)
    write_keyfile(path, keys_now({old: dumps[old] for old in kept}))


@transaction.atomic
def _note(made: Made, manifest: Manifest, by: Actor) -> None:
    city = City.objects.first()
    if city is None:
        return
    detail = {"name": manifest.name, "dump_sha256": manifest.dump_sha256, "objects": made.objects, "rows": made.rows}
    record(action="keeping.backed_up", subject=city, by=by, detail=detail | {"keys_dropped": made.dropped})


def _write(path: Path, content: bytes) -> None:
    with path.open("xb") as target:
        target.write(content)
        target.flush()
        os.fsync(target.fileno())
