"""manifest.json: what the folder holds, so that the one who takes over can see that nothing is missing."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict

from reservations.handover.tables import TABLES, Table

FORMAT = "madoguchi-reservations"
# Raised when rows of an older product cannot be taken over as they stand.
SCHEMA = 1
NAME = "manifest.json"


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CityPart(Part):
    slug: str
    name: str


class FilePart(Part):
    """One file: its size in bytes and the SHA-256 of its content."""

    name: str
    size: int
    sha256: str


class TablePart(Part):
    """One kind of rows: how many, in which files, with which columns."""

    name: str
    title: str
    rows: int
    files: list[FilePart]
    columns: list[dict[str, Any]]

    @property
    def column_names(self) -> list[str]:
        return [str(column.get("name")) for column in self.columns]


class Manifest(Part):
    """The whole folder. `moment` is the one moment at which everything in it was so."""

    format: str
    schema_version: int
    city: CityPart
    moment: datetime
    tables: list[TablePart]
    # What somebody has to know: holds that stay behind, counters that disagree, messages still to be sent.
    remarks: dict[str, int]

    def content(self) -> bytes:
        return self.model_dump_json(indent=2).encode() + b"\n"

    def table(self, name: str) -> TablePart:
        return next(part for part in self.tables if part.name == name)


def file_names(table: Table) -> tuple[str, str]:
    return f"{table.name}.csv", f"{table.name}.jsonl"


def wanted_columns() -> dict[str, list[str]]:
    """The columns that this version of the product writes and reads."""
    return {table.name: [column.name for column in table.columns] for table in TABLES}
