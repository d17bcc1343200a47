"""What the folder says of one application: a line of its journal, a row of its index, an entry of its search page."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from applications.models import ArchiveEntry, SignKind

JOURNAL = "index.jsonl"
TITLES = (
    "申請書番号",
    "予約番号",
    "署名日",
    "区",
    "拠点",
    "手続き",
    "氏名",
    "フリガナ",
    "署名の方法",
    "ファイル",
    "SHA-256",
)
WIDTHS = (14, 13, 13, 16, 26, 26, 20, 24, 18, 34, 68)


@dataclass(frozen=True, slots=True)
class Line:
    """`path` is the PDF's place in the folder, `sha256` that of its content, `size` its bytes."""

    number: str
    reservation_number: str
    signed_on: str
    ward: str
    office: str
    procedure: str
    name: str
    reading: str
    sign_kind: str
    path: str
    sha256: str
    size: int

    def written(self) -> bytes:
        return json.dumps(asdict(self), ensure_ascii=False).encode() + b"\n"

    def cells(self) -> list[str]:
        told = asdict(self)
        told.pop("size")
        return [str(value) for value in told.values()]


def line_of(entry: ArchiveEntry, content_sha256: str, size: int) -> Line:
    """`entry` with its office, ward and procedure."""
    return Line(
        number=entry.number,
        reservation_number=entry.reservation_number,
        signed_on=entry.signed_on.isoformat(),
        ward=entry.ward.name if entry.ward else "",
        office=entry.office.name if entry.office else "",
        procedure=entry.procedure.name if entry.procedure else "",
        name=entry.name,
        reading=entry.reading,
        sign_kind=str(SignKind(entry.sign_kind).label),
        path=path_of(entry),
        sha256=content_sha256,
        size=size,
    )


def path_of(entry: ArchiveEntry) -> str:
    """By month, so that no folder holds more files than a file manager shows."""
    return f"pdf/{entry.signed_on:%Y-%m}/{entry.number}.pdf"


def read_lines(folder: Path) -> Iterator[Line]:
    """The journal's whole lines. One that was being written when the work broke off is left out."""
    journal = folder / JOURNAL
    if not journal.exists():
        return
    with journal.open("rb") as source:
        for text in source:
            if text.endswith(b"\n"):
                yield Line(**json.loads(text))
