"""Writing the folder: application by application, so that it can be broken off at any moment and gone on with."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from applications.models import ArchiveEntry
from applications.standalone.rows import JOURNAL, TITLES, WIDTHS, Line, line_of, path_of, read_lines
from applications.standalone.searchpage import page_pieces
from audit.actions import record
from audit.actors import Actor
from postoffices.city import current_city
from postoffices.models import City
from vault.actions import object_read
from vault.errors import ObjectDamaged, ObjectErased
from writing.spreadsheets import Table, xlsx_pieces

PURPOSE = "archive_export"
INDEX, SUMS, PAGE, ABOUT = "index.xlsx", "SHA256SUMS", "search.html", "README.txt"
# Their looks are recorded in one transaction, and their papers are in memory together.
ENTRIES_AT_ONCE = 20
Progress = Callable[[int, int], None]

README = """{city}　保存した申請書

search.html  　　申請書を探すページ。ブラウザーで開きます。ネットワークもこのシステムも要りません。
index.xlsx   　　申請書の一覧（Excel）
index.jsonl  　　同じ内容（プログラム用。UTF-8、1行に1件）
pdf/         　　署名済みの申請書（PDF/A、電子署名つき）
SHA256SUMS   　　すべてのファイルのSHA-256。確かめ方： sha256sum -c SHA256SUMS

個人の情報が入っています。定められた場所に保管してください。
"""


@dataclass(slots=True)
class Exported:
    """What the command tells. `damaged` are numbers of applications whose document does not open."""

    written: int = 0
    found_done: int = 0
    erased: int = 0
    damaged: list[str] = field(default_factory=list)
    sums_sha256: str = ""

    @property
    def rows(self) -> int:
        return self.written + self.found_done


def archive_export(*, folder: Path, progress: Progress, by: Actor) -> Exported:
    """Write what is missing in the folder, then its index, page and checksums anew. A few are held at a time."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    exported = Exported()
    done = _go_on(folder)
    exported.found_done = len(done)
    total = ArchiveEntry.objects.filter(forgotten_at__isnull=True).count()
    with (folder / JOURNAL).open("ab") as journal:
        for entries in _entries():
            for entry, content in _read([entry for entry in entries if entry.number not in done], exported, by):
                journal.write(_written(entry, content, folder).written())
                journal.flush()
                exported.written += 1
                progress(exported.rows, total)
    _finish(folder, exported)
    _note(exported, by)
    return exported


def _go_on(folder: Path) -> set[str]:
    """The numbers whose PDFs stand already; the journal without what the break-off left."""
    new = folder / (JOURNAL + ".new")
    done: set[str] = set()
    with new.open("wb") as target:
        for line in read_lines(folder):
            if line.number not in done and _stands(folder, line):
                target.write(line.written())
                done.add(line.number)
    new.replace(folder / JOURNAL)
    return done


def _stands(folder: Path, line: Line) -> bool:
    path = folder / line.path
    return path.is_file() and path.stat().st_size == line.size


def _entries() -> Iterator[list[ArchiveEntry]]:
    """Keyset by keyset: no cursor stays open over the hours that this may take."""
    last = 0
    entries = ArchiveEntry.objects.filter(forgotten_at__isnull=True).order_by("pk")
    entries = entries.select_related("application__document__bucket", "office", "ward", "procedure")
    while held := list(entries.filter(pk__gt=last)[:ENTRIES_AT_ONCE]):
        yield held
        last = held[-1].pk


@transaction.atomic
def _read(entries: list[ArchiveEntry], exported: Exported, by: Actor) -> list[tuple[ArchiveEntry, bytes]]:
    """The papers that open. Nothing is written to the folder before the events of these looks are."""
    contents = ((entry, _content(entry, exported, by)) for entry in entries)
    return [(entry, content) for entry, content in contents if content is not None]


def _content(entry: ArchiveEntry, exported: Exported, by: Actor) -> bytes | None:
    document = entry.application.document
    if document is None:
        exported.damaged.append(entry.number)
        return None
    try:
        return object_read(held=document, by=by, purpose=PURPOSE)
    except ObjectErased:
        exported.erased += 1
    except ObjectDamaged:
        exported.damaged.append(entry.number)
    return None


def _written(entry: ArchiveEntry, content: bytes, folder: Path) -> Line:
    path = folder / path_of(entry)
    path.parent.mkdir(parents=True, exist_ok=True)
    # Whole or not at all: the journal may speak of it only afterwards.
    part = path.with_suffix(".part")
    with part.open("wb") as target:
        target.write(content)
        target.flush()
        os.fsync(target.fileno())
    part.replace(path)
    return line_of(entry, sha256(content).hexdigest(), len(content))


def _finish(folder: Path, exported: Exported) -> None:
    city = current_city().name
    table = Table(
        title="申請書",
        header=TITLES,
        widths=WIDTHS,
        rows=(line.cells() for line in read_lines(folder)),
        total=lambda: [f"{exported.rows}件"],
    )
    with (folder / INDEX).open("wb") as book:
        book.writelines(xlsx_pieces(table))
    pieces = page_pieces(lambda: read_lines(folder), city=city, made=timezone.localdate(), rows=exported.rows)
    with (folder / PAGE).open("w", encoding="utf-8") as page:
        page.writelines(pieces)
    (folder / ABOUT).write_text(README.format(city=city), encoding="utf-8-sig")
    exported.sums_sha256 = _sums(folder)


def _sums(folder: Path) -> str:
    with (folder / SUMS).open("w", encoding="utf-8", newline="\n") as target:
        for name in (ABOUT, INDEX, JOURNAL, PAGE):
            target.write(f"{_file_sha256(folder / name)}  {name}\n")
        target.writelines(f"{line.sha256}  {line.path}\n" for line in read_lines(folder))
    return _file_sha256(folder / SUMS)


def _file_sha256(path: Path) -> str:
    fingerprint = sha256()
    with path.open("rb") as source:
        while piece := source.read(1 << 20):
            fingerprint.update(piece)
    return fingerprint.hexdigest()


@transaction.atomic
def _note(exported: Exported, by: Actor) -> None:
    if city := City.objects.first():
        detail = {"applications": exported.rows, "sums_sha256": exported.sums_sha256}
        record(action="archive.exported", subject=city, by=by, detail=detail)
