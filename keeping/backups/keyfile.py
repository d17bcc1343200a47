"""The key file: what makes backups readable, kept in one place apart from them, and never in two versions.

It holds the vault's bucket keys (still wrapped by the root key), a wrapped key for each dump, and which objects were
erased one by one. It is written anew with every backup. So an erasure reaches older backups too: a bucket without
its key opens nowhere, and an erased object is erased again when a restore brings its row back.
"""

import base64
import hmac
import os
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.utils import timezone
from pydantic import BaseModel, ConfigDict, ValidationError

from keeping.errors import RestoreRefused
from vault import ciphers
from vault.models import Bucket, VaultObject

FORMAT = "madoguchi-keys"


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class BucketPart(Part):
    id: int
    name: str
    erase_on: str
    wrapped_key: str | None
    erased_at: datetime | None


class KeyFile(Part):
    format: str = FORMAT
    root: str
    written_at: datetime
    buckets: list[BucketPart]
    erased_objects: list[str]
    dumps: dict[str, str]


def root_fingerprint() -> str:
    """Says which root key this is without giving it away."""
    return hmac.new(settings.VAULT_ROOT_KEY, b"madoguchi key file", sha256).hexdigest()[:32]


def read_keyfile(path: Path) -> KeyFile:
    """Raises RestoreRefused when it is missing, broken, or of another root key."""
    try:
        held = KeyFile.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise RestoreRefused(f"鍵のファイル {path} を読めません。") from error
    if held.format != FORMAT or not hmac.compare_digest(held.root, root_fingerprint()):
        raise RestoreRefused("鍵のファイルが、この環境の VAULT_ROOT_KEY のものではありません。")
    return held


def keys_now(dumps: dict[str, str]) -> KeyFile:
    """The keys as they stand at this moment."""
    erased = VaultObject.objects.filter(erased_at__isnull=False, bucket__erased_at__isnull=True)
    return KeyFile(
        root=root_fingerprint(),
        written_at=timezone.now(),
        buckets=[_part(bucket) for bucket in Bucket.objects.order_by("pk")],
        erased_objects=[str(pk) for pk in erased.order_by("pk").values_list("pk", flat=True)],
        dumps=dumps,
    )


def _part(bucket: Bucket) -> BucketPart:
    key = base64.b64encode(bytes(bucket.wrapped_key)).decode() if bucket.wrapped_key is not None else None
    return BucketPart(
        id=bucket.pk,
        name=bucket.name,
        erase_on=bucket.erase_on.isoformat(),
        wrapped_key=key,
        erased_at=bucket.erased_at,
    )


def write_keyfile(path: Path, held: KeyFile) -> None:
    """In the old one's place, at once; readable by its owner only."""
    new = path.with_name(path.name + ".new")
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as target:
        target.write(held.model_dump_json(indent=1).encode())
        target.flush()
        os.fsync(target.fileno())
    new.replace(path)


def new_dump_key() -> tuple[bytes, str]:
    """A key for a dump, and the same wrapped for the key file."""
    key = ciphers.new_key()
    return key, base64.b64encode(ciphers.wrap(key, under=settings.VAULT_ROOT_KEY)).decode()


def dump_key(held: KeyFile, name: str) -> bytes:
    """Raises RestoreRefused when the backup's key was let go."""
    if name not in held.dumps:
        raise RestoreRefused(
            f"バックアップ {name} の鍵は、鍵のファイルにありません（保存期間が過ぎて消去されました）。"
        )
    return ciphers.unwrap(base64.b64decode(held.dumps[name]), under=settings.VAULT_ROOT_KEY)
