"""Reading a folder that was handed over: is it whole, and is it what its manifest says?"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from itertools import zip_longest
from json import JSONDecodeError, loads
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from reservations.handover.errors import Faults, HandoverWrong
from reservations.handover.manifest import FORMAT, NAME, SCHEMA, FilePart, Manifest, TablePart, wanted_columns
from reservations.handover.rowfiles import cell, csv_rows, fingerprint, lines
from reservations.handover.tables import Table

MOST_MANIFEST_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder whose files are those that its manifest names."""

    path: Path
    manifest: Manifest
    manifest_sha256: str

    def lines(self, table: Table) -> Iterator[tuple[int, bytes]]:
        return lines(self.path / f"{table.name}.jsonl")


def opened(path: Path) -> Folder:
    """Check manifest, sizes and checksums. Raises HandoverWrong with everything that is wrong."""
    faults = Faults()
    content = manifest_content(path)
    manifest = manifest_from(content)
    check_schema(manifest, faults)
    for part in manifest.tables:
        check_files(path, part, faults)
    faults.refuse_if_any()
    return Folder(path, manifest, sha256(content).hexdigest())


def manifest_content(path: Path) -> bytes:
    """Raises HandoverWrong: without a manifest nobody can say whether anything is missing."""
    try:
        with (path / NAME).open("rb") as file:
            return file.read(MOST_MANIFEST_BYTES)
    except OSError as error:
        raise HandoverWrong(
            [f"{NAME}: 読めません（{error.strerror}）。書き出しが終わっていない可能性があります。"]
        ) from error


def manifest_from(content: bytes) -> Manifest:
    """Raises HandoverWrong for anything but a manifest of this format and version."""
    try:
        document = loads(content)
    except (ValueError, RecursionError) as error:
        raise HandoverWrong([f"{NAME}: JSON として読めません。"]) from error
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise HandoverWrong([f"{NAME}: 予約の引き継ぎデータではありません（format が {FORMAT} ではありません）。"])
    if document.get("schema_version") != SCHEMA:
        raise HandoverWrong([f"{NAME}: 形式の版が違います。この環境で読めるのは版 {SCHEMA} です。"])
    try:
        return Manifest.model_validate(document)
    except ValidationError as error:
        wrong = [".".join(map(str, fault["loc"])) for fault in error.errors()]
        raise HandoverWrong([f"{NAME}: 「{place}」が正しくありません。" for place in wrong]) from error


def check_schema(manifest: Manifest, faults: Faults) -> None:
    """The tables and columns must be those of this version of the product."""
    wanted = wanted_columns()
    told = {part.name: part.column_names for part in manifest.tables}
    for name in wanted.keys() - told.keys():
        faults.add(NAME, f"「{name}」がありません。")
    for name in told.keys() - wanted.keys():
        faults.add(NAME, f"「{name}」は、この環境では扱えません。")
    for name in wanted.keys() & told.keys():
        for column in sorted(set(wanted[name]) ^ set(told[name])):
            faults.add(NAME, f"「{name}」の列「{column}」が、この環境の版と合いません。")
    if len(told) != len(manifest.tables):
        faults.add(NAME, "同じ種類のデータが二度書かれています。")
    faults.refuse_if_any()


def check_files(path: Path, part: TablePart, faults: Faults) -> None:
    """Both files of a table: there, whole and unchanged; where not, the rows that differ are named."""
    names = [f"{part.name}.csv", f"{part.name}.jsonl"]
    if [file.name for file in part.files] != names:
        faults.add(NAME, f"「{part.name}」のファイル名が正しくありません。")
        return
    sound = [file_is_sound(path, file, faults) for file in part.files]
    both_there = all((path / name).is_file() for name in names)
    if both_there and not all(sound) and (row := first_difference(path, part)):
        faults.add(f"{part.name} の{row}件目", "ここから CSV と JSON Lines の内容が違います。")


def file_is_sound(path: Path, file: FilePart, faults: Faults) -> bool:
    try:
        size = (path / file.name).stat().st_size
        if size < file.size:
            faults.add(file.name, f"途中で切れています（{file.size}バイトのうち{size}バイト）。")
        elif size > file.size:
            faults.add(file.name, f"書き出したときより大きくなっています（{file.size}バイトが{size}バイト）。")
        elif fingerprint(path / file.name) != file.sha256:
            faults.add(file.name, "書き出したあとに内容が変わっています（SHA-256 が違います）。")
        else:
            return True
    except FileNotFoundError:
        faults.add(file.name, "ファイルがありません。")
    except OSError as error:
        faults.add(file.name, f"読めません（{error.strerror}）。")
    return False


def first_difference(path: Path, part: TablePart) -> int | None:
    """The first line of the JSON Lines file that tells anything else than the CSV does; None when there is none."""
    number = 0
    try:
        rows = zip_longest(lines(path / f"{part.name}.jsonl"), csv_rows(path / f"{part.name}.csv"))
        for number, (line, shown) in enumerate(rows, start=1):
            if line is None or shown is None or cells(line[1], part.column_names) != shown:
                return number
    except (csv.Error, UnicodeDecodeError):
        return number + 1
    return None


def cells(line: bytes, names: list[str]) -> list[str] | None:
    """A JSON line as its CSV row would read; None when it cannot be read."""
    try:
        row: Any = loads(line)
        return [cell(row[name]) for name in names]
    except (JSONDecodeError, UnicodeDecodeError, KeyError, TypeError, RecursionError):
        return None
