"""A backup brought back into an empty installation: counts, seals, and what was erased stays unreadable."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.core.files.storage import storages
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone
from psycopg import sql

from audit.actions import seal_all
from audit.actors import Actor
from audit.models import AuditEvent
from keeping.backups.making import DUMP, MANIFEST, OBJECTS
from keeping.backups.streams import MAGIC, PIECE, StreamBroken, decrypt_stream, encrypt_stream
from tests.counters.desk import Desk
from tests.reservations.town import HANAKO
from vault.actions import bucket_erase, object_erase, object_store
from vault.models import Bucket, ObjectKind, VaultObject

BY = Actor.system("test")
ROOT = Path(settings.BASE_DIR)


def stored(text: str, months: int = 6) -> VaultObject:
    return object_store(
        data=text.encode(),
        kind=ObjectKind.DOCUMENT,
        media_type="text/plain",
        rule="signature",
        keep_until=timezone.localdate() + timedelta(days=31 * months),
        by=BY,
    )


@dataclass
class Place:
    """An empty database beside the tests' own, and an empty vault."""

    database: str
    vault: Path

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        given = {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "MADOGUCHI_DATABASE": self.database,
            "VAULT_DIR": str(self.vault),
            "MADOGUCHI_VAR": str(settings.VAR_DIR),
        }
        return subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=ROOT,
            env={**os.environ, **given},
            capture_output=True,
            text=True,
            timeout=150,
        )

    def rows(self, query: str) -> list[Any]:
        host = connection.settings_dict["HOST"]
        with psycopg.connect(host=host, user="postgres", dbname=self.database) as there:
            return there.execute(sql.SQL(query)).fetchall()


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    name = f"restored_{os.getpid()}"
    host = connection.settings_dict["HOST"]
    with psycopg.connect(host=host, user="postgres", dbname="postgres", autocommit=True) as server:
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        yield Place(name, tmp_path / "vault-there")
        server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def backed_up(tmp_path: Path, *more: str) -> Path:
    """A new backup's folder."""
    into = tmp_path / "backups"
    before = set(into.glob("*")) if into.exists() else set()
    call_command("backup", str(into), "--keys", str(tmp_path / "keys" / "keys.json"), *more, stdout=StringIO())
    (made,) = set(into.glob("*")) - before
    return made


@pytest.mark.requirement("fukuoka-23")
@pytest.mark.django_db(transaction=True)
def test_restored_into_an_empty_installation(desk: Desk, tmp_path: Path, place: Place) -> None:
    desk.signed()
    kept, one, whole = stored("残る"), stored("一つ消す"), stored("まとめて消す", months=12)
    erased_before = stored("前に消した")
    object_erase(held=erased_before, by=BY, reason="test")
    seal_all(by=BY)
    events = AuditEvent.objects.count()
    folder = backed_up(tmp_path)
    # After the backup: one object erased by itself, one with its bucket. The newest key file knows.
    object_erase(held=one, by=BY, reason="test")
    bucket_erase(bucket=whole.bucket, by=BY)
    backed_up(tmp_path)
    done = place.command("restore", str(folder), "--keys", str(tmp_path / "keys" / "keys.json"))
    assert done.returncode == 0, done.stderr
    assert "もう一度消去しました" in done.stdout
    assert "正しいままです" in done.stdout
    manifest = json.loads((folder / MANIFEST).read_text())
    counted = place.rows("SELECT count(*) FROM applications_application")
    assert counted == [(manifest["rows"]["applications_application"],)] == [(1,)]
    # The restore added its own event.
    assert place.rows("SELECT count(*) FROM audit_auditevent") == [(events + (1 if has_city() else 0),)]
    keys = {str(pk): key for pk, key in place.rows("SELECT id, wrapped_key FROM vault_vaultobject")}
    assert keys[str(kept.pk)] is not None
    assert [keys[str(held.pk)] for held in (one, whole, erased_before)] == [None, None, None]
    there = {path.name for path in place.vault.rglob("*") if path.is_file()}
    assert kept.pk.hex in there
    assert not {one.pk.hex, whole.pk.hex, erased_before.pk.hex} & there
    assert place.command("verify_audit").returncode == 0
    again = place.command("restore", str(folder), "--keys", str(tmp_path / "keys" / "keys.json"))
    assert "空ではありません" in again.stderr


def has_city() -> bool:
    from postoffices.models import City

    return City.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_backup_without_its_keys_shows_nothing(desk: Desk, tmp_path: Path) -> None:
    desk.booking(days=7)
    stored("秘密の中身")
    folder = backed_up(tmp_path)
    for path in folder.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert HANAKO.name.encode() not in content
            assert "秘密の中身".encode() not in content
    assert (folder / DUMP).read_bytes().startswith(MAGIC)
    keys = (tmp_path / "keys" / "keys.json").read_text()
    assert bytes(Bucket.objects.get().wrapped_key or b"").hex() not in (folder / MANIFEST).read_text()
    assert HANAKO.name not in keys
    assert (tmp_path / "keys" / "keys.json").stat().st_mode & 0o077 == 0


@pytest.mark.django_db(transaction=True)
def test_old_backups_lose_their_keys_and_do_not_open(desk: Desk, tmp_path: Path, place: Place) -> None:
    import time_machine

    first = backed_up(tmp_path)
    with time_machine.travel(timezone.now() + timedelta(days=1), tick=False):
        backed_up(tmp_path, "--keep", "1")
    refused = place.command("restore", str(first), "--keys", str(tmp_path / "keys" / "keys.json"))
    assert refused.returncode != 0
    assert "鍵のファイルにありません" in refused.stderr


@pytest.mark.django_db(transaction=True)
def test_what_was_changed_is_refused_before_anything_comes_back(desk: Desk, tmp_path: Path, place: Place) -> None:
    stored("中身")
    folder = backed_up(tmp_path)
    keys = str(tmp_path / "keys" / "keys.json")
    (held,) = (path for path in (folder / OBJECTS).rglob("*") if path.is_file())
    copy = tmp_path / "copy"
    for part in (DUMP, str(held.relative_to(folder)), MANIFEST):
        shutil.copytree(folder, copy, dirs_exist_ok=True)
        (copy / part).unlink()
        (copy / part).write_bytes((folder / part).read_bytes()[:-3])
        refused = place.command("restore", str(copy), "--keys", keys)
        assert refused.returncode != 0, part
        assert place.rows("SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'") == [(0,)]
    (tmp_path / "keys" / "keys.json").write_text("{}")
    assert "読めません" in place.command("restore", str(folder), "--keys", keys).stderr


@pytest.mark.django_db(transaction=True)
def test_the_next_backup_links_what_did_not_change(desk: Desk, tmp_path: Path) -> None:
    import time_machine

    held = stored("同じ")
    first = backed_up(tmp_path)
    with time_machine.travel(timezone.now() + timedelta(days=1), tick=False):
        second = backed_up(tmp_path)
    paths = [folder / OBJECTS / held.storage_name for folder in (first, second)]
    assert paths[0].stat().st_ino == paths[1].stat().st_ino
    assert storages["vault"].exists(held.storage_name)


@pytest.mark.django_db(transaction=True)
def test_keys_beside_the_backup_are_refused(desk: Desk, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="別の場所"):
        call_command("backup", str(tmp_path), "--keys", str(tmp_path / "keys.json"), stdout=StringIO())


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE])
def test_a_stream_opens_only_whole_and_with_its_key(size: int) -> None:
    key, data = os.urandom(32), os.urandom(size)
    sealed = b"".join(encrypt_stream(BytesIO(data), key=key))
    assert b"".join(decrypt_stream(BytesIO(sealed), key=key)) == data
    broken = [sealed[:-1], sealed + b"x", sealed[: len(MAGIC) + 7], sealed[:-17] + bytes(17)]
    if size > PIECE:
        broken.append(sealed[: len(MAGIC) + 7 + 4 + PIECE + 16])  # cut between two pieces
    for wrong in broken:
        with pytest.raises(StreamBroken):
            b"".join(decrypt_stream(BytesIO(wrong), key=key))
    with pytest.raises(StreamBroken):
        b"".join(decrypt_stream(BytesIO(sealed), key=os.urandom(32)))
