"""Rows as CSV and JSON Lines: written with their checksum, and read back line by line."""

import csv
import io
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID

from django.utils import timezone

# Excel in Japan takes a CSV without this mark for Shift_JIS and shows nonsense.
BOM = b"\xef\xbb\xbf"
# A cell that begins with one of these is a formula for a spreadsheet, and a citizen may have typed it.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
BLOCK = 1 << 20


@dataclass(slots=True)
class Checked:
    """A file being written; knows its size and checksum without being read again. Only its owner may read it."""

    path: Path
    size: int = 0
    digest: Any = field(default_factory=sha256)
    file: BinaryIO = field(init=False)

    def __post_init__(self) -> None:
        self.file = os.fdopen(os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")

    def write(self, content: bytes) -> None:
        self.file.write(content)
        self.size += len(content)
        self.digest.update(content)

    def close(self) -> None:
        """Only what has reached the disk counts as handed over."""
        self.file.flush()
        os.fsync(self.file.fileno())
        self.file.close()


def json_value(value: Any) -> Any:
    """A value as JSON holds it; moments in local time with their offset."""
    match value:
        case datetime():
            return timezone.localtime(value).isoformat()
        case date() | time():
            return value.isoformat()
        case UUID():
            return str(value)
        case _:
            return value


def json_line(names: list[str], row: Iterable[Any]) -> bytes:
    named = {name: json_value(value) for name, value in zip(names, row, strict=True)}
    return json.dumps(named, ensure_ascii=False).encode() + b"\n"


def csv_line(cells: Iterable[str]) -> bytes:
    line = io.StringIO()
    csv.writer(line).writerow(list(cells))
    return line.getvalue().encode()


def cell(value: Any) -> str:
    """A value as a spreadsheet shows it: nothing for null, JSON for lists, ' before what could be a formula."""
    match json_value(value):
        case None:
            return ""
        case bool() | dict() | list() as held:
            return json.dumps(held, ensure_ascii=False)
        case str() as text:
            return f"'{text}" if text.startswith(FORMULA_STARTS) else text
        case held:
            return str(held)


def fingerprint(path: Path) -> str:
    """SHA-256 of a file's content, read in blocks."""
    digest = sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()


def lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """The file's lines, counted from 1."""
    with path.open("rb") as file:
        yield from enumerate(file, start=1)


def csv_rows(path: Path) -> Iterator[list[str]]:
    """The rows below the heading. Raises UnicodeDecodeError and csv.Error."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.reader(file)
        next(rows, None)
        yield from rows
