"""Writing everything about bookings into a folder."""

from hashlib import sha256
from pathlib import Path

from django.db import connection, transaction
from django.utils import timezone

from audit.actions import record
from audit.actors import Actor
from notifications.models import Message
from postoffices.models import City
from reservations.handover.balance import wrong_counters
from reservations.handover.errors import CityNotLoaded, FolderNotEmpty
from reservations.handover.manifest import FORMAT, NAME, SCHEMA, CityPart, FilePart, Manifest, TablePart, file_names
from reservations.handover.rowfiles import BOM, Checked, cell, csv_line, json_line
from reservations.handover.tables import MESSAGES, STILL_TO_SEND, TABLES, Table
from reservations.handover.waiting import TAKEN_BACK
from reservations.models import Hold, Waiter

# Every table is read as it was at one moment, while people go on booking.
SNAPSHOT = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"


def reservations_hand_over(*, folder: Path, by: Actor) -> Manifest:
    """Write all bookings, as they are at one moment, into the empty or missing `folder`; returns its manifest.

    The manifest is written last: a folder without one was not finished. Raises FolderNotEmpty, CityNotLoaded,
    and OSError when the disk is full or not ours.
    """
    prepare_folder(folder)
    manifest = _written(folder, by)
    file = Checked(folder / NAME)
    file.write(manifest.content())
    file.close()
    return manifest


def prepare_folder(folder: Path) -> None:
    """Make the folder for its owner only. Raises FolderNotEmpty."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise FolderNotEmpty


@transaction.atomic(durable=True)
def _written(folder: Path, by: Actor) -> Manifest:
    with connection.cursor() as cursor:
        cursor.execute(SNAPSHOT)
    city = City.objects.first()
    if city is None:
        raise CityNotLoaded
    manifest = Manifest(
        format=FORMAT,
        schema_version=SCHEMA,
        city=CityPart(slug=city.slug, name=city.name),
        moment=timezone.localtime(),
        tables=[write_table(folder, table) for table in TABLES],
        remarks=remarks(),
    )
    rows = {part.name: part.rows for part in manifest.tables}
    detail = {"rows": rows, "manifest_sha256": sha256(manifest.content()).hexdigest()}
    record(action="reservations.handed_over", subject=city, by=by, detail=detail)
    return manifest


def write_table(folder: Path, table: Table) -> TablePart:
    """Write the table's rows into both its files in one reading."""
    names = [column.name for column in table.columns]
    sheet, lines = (Checked(folder / name) for name in file_names(table))
    sheet.write(BOM + csv_line(names))
    count = 0
    for row in table.rows():
        sheet.write(csv_line(map(cell, row)))
        lines.write(json_line(names, row))
        count += 1
    for file in (sheet, lines):
        file.close()
    return TablePart(
        name=table.name,
        title=table.title,
        rows=count,
        files=[
            FilePart(name=file.path.name, size=file.size, sha256=file.digest.hexdigest()) for file in (sheet, lines)
        ],
        columns=[column.described() for column in table.columns],
    )


def remarks() -> dict[str, int]:
    """What stays behind or needs somebody's eye."""
    still_to_send = Message.objects.filter(STILL_TO_SEND, MESSAGES)
    return {
        "holds_left_behind": Hold.objects.count(),
        "offers_taken_back": Waiter.objects.filter(TAKEN_BACK).count(),
        "slots_with_wrong_counters": wrong_counters().count(),
        "messages_still_to_send": still_to_send.count(),
    }
