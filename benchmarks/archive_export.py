"""The whole archive written out: seconds, memory, and what it costs to be killed in the middle.

    python -m benchmarks.archive_export [--json] [--entries 25400]

In a database and a vault of its own, which are removed at the end. Every application has its own encrypted object; the
paper in it is one sealed form, drawn once. `manage.py export_archive` runs as a process of its own, is killed when half
of the papers stand there, and goes on. Beside it: reading every object and writing it to a file, and nothing else.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.archive import ENTRIES, FAMILIES, FILL, GIVEN, READINGS
from benchmarks.figures import Figure, machine, show
from benchmarks.town import build_offices, own_database

if TYPE_CHECKING:
    from vault.models import Bucket, VaultObject

OFFICES = 36
BAR = 0.3
BAR_MEGABYTES = 200
AT_ONCE = 500
KEEP_UNTIL = date(2099, 3, 31)


def sealed_paper() -> bytes:
    """A form as it is kept: drawn as PDF/A, sealed as in a demo."""
    from applications.models import Application
    from applications.papers import signed_form_pdf
    from applications.signing.seals import seal_pdf
    from audit.actors import Actor

    drawn = signed_form_pdf(Application(number="2026-000000"), demo=True, by=Actor.system("benchmark"))
    return seal_pdf(drawn, reason="見本", location="見本市")


def fill(entries: int, paper: bytes) -> None:
    """The applications and their index by SQL, the objects as the vault makes them."""
    from django.db import connection

    from applications.models import Application
    from vault.actions import storing
    from vault.models import VaultObject

    with connection.cursor() as cursor:
        cursor.execute(FILL, {"entries": entries})
        cursor.execute(ENTRIES, {"families": list(FAMILIES), "readings": list(READINGS), "given": GIVEN})
    bucket = storing._bucket("signature", KEEP_UNTIL)
    numbers = list(Application.objects.order_by("pk").values_list("pk", flat=True))
    for start in range(0, entries, AT_ONCE):
        made = [_object(bucket, paper) for _ in numbers[start : start + AT_ONCE]]
        VaultObject.objects.bulk_create(made)
        pairs = zip(numbers[start : start + AT_ONCE], made, strict=True)
        held = [Application(pk=number, document=kept) for number, kept in pairs]
        Application.objects.bulk_update(held, ["document"])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _object(bucket: "Bucket", paper: bytes) -> "VaultObject":
    from vault.actions import storing
    from vault.models import ObjectKind, VaultObject

    encrypted = storing._encrypted(bucket, ObjectKind.DOCUMENT, paper)
    return VaultObject(
        id=encrypted.id,
        kind=ObjectKind.DOCUMENT,
        bucket=bucket,
        media_type="application/pdf",
        size=encrypted.size,
        sha256=encrypted.sha256,
        storage_name=encrypted.storage_name,
        wrapped_key=encrypted.wrapped_key,
    )


def export(folder: Path, *, kill_at: int = 0) -> tuple[float, float]:
    """Seconds and the most megabytes resident. `kill_at`: as soon as so many papers stand there, kill it."""
    began = time.monotonic()
    line = [sys.executable, "manage.py", "export_archive", str(folder)]
    process = subprocess.Popen(line, stdout=subprocess.DEVNULL, env=os.environ)
    journal = folder / "index.jsonl"
    while kill_at and process.poll() is None:
        if journal.exists() and journal.read_bytes().count(b"\n") >= kill_at:
            process.kill()
            break
        time.sleep(0.5)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode and not kill_at:
        raise RuntimeError(f"export_archive ended with {process.returncode}")
    return time.monotonic() - began, usage.ru_maxrss / 1024


def least(folder: Path) -> float:
    """Every object opened and written to a file of its own: nothing more can be left out. Seconds."""
    from vault.actions import object_check
    from vault.models import VaultObject

    began = time.monotonic()
    folder.mkdir()
    for held in VaultObject.objects.order_by("pk").iterator():
        (folder / held.pk.hex).write_bytes(object_check(held=held, inspect=lambda data: data))
    return time.monotonic() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--entries", type=int, default=25_400)
    wanted = parser.parse_args()
    scratch = Path(tempfile.mkdtemp(prefix="archive-export-"))
    os.environ["VAULT_DIR"] = str(scratch / "vault")
    try:
        with own_database():
            build_offices(OFFICES)
            paper = sealed_paper()
            began = time.monotonic()
            fill(wanted.entries, paper)
            print(f"filled in {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
            plain = least(scratch / "plain")
            shutil.rmtree(scratch / "plain")
            first, first_memory = export(scratch / "out", kill_at=wanted.entries // 2)
            second, second_memory = export(scratch / "out")
            checked = _check(scratch / "out", wanted.entries)
    finally:
        shutil.rmtree(scratch)
    memory = max(first_memory, second_memory)
    conditions = (
        f"{machine()}; {wanted.entries} applications of {len(paper) / 1024:.0f} kB; killed after {first:.0f} s, "
        f"went on for {second:.0f} s; {memory:.0f} MB resident at most "
        f"(bar {BAR_MEGABYTES}: {'met' if memory < BAR_MEGABYTES else 'MISSED'}); sha256sum of all {checked:.0f} s"
    )
    rate, limit = wanted.entries / (first + second), wanted.entries / plain
    show(
        [Figure.against("applications written out", rate, limit, unit="/s", bar=BAR, conditions=conditions)],
        as_json=wanted.json,
    )
    print(conditions)


def _check(folder: Path, entries: int) -> float:
    """Every file is what the list says, and none is missing. Seconds."""
    began = time.monotonic()
    lines = (folder / "SHA256SUMS").read_text().splitlines()
    if len(lines) != entries + 4:
        raise RuntimeError(f"{len(lines)} files are listed")
    subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=folder, check=True)
    return time.monotonic() - began


if __name__ == "__main__":
    main()
