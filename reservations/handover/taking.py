"""Taking over what another installation wrote."""

import json
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice, zip_longest

from django.core.management.color import no_style
from django.db import connection, models, transaction
from psycopg import DatabaseError, DataError, IntegrityError, errors, sql
from pydantic import ValidationError

from audit.actions import record
from audit.actors import Actor
from audit.models import AuditEvent
from notifications.models import Message
from postoffices.city import forget_city
from postoffices.models import City
from postoffices.rules import Rules
from reservations.fairness.renewal import renew_person_keys
from reservations.handover.balance import disagreements
from reservations.handover.errors import AlreadyInUse, Faults, HandoverWrong
from reservations.handover.folder import Folder
from reservations.handover.rowfiles import json_line
from reservations.handover.rows import Reader, copied_fields, stored
from reservations.handover.tables import ABOUT_BOOKINGS, MASTER, TABLES, Table
from reservations.models import Hold, Reservation, Slot, Waiter

ROWS_AT_ONCE = 1000
ALONE = (
    "LOCK TABLE reservations_slot, reservations_reservation, reservations_hold, reservations_waiter IN EXCLUSIVE MODE"
)
Numbered = tuple[int, models.Model]
REFUSED = (IntegrityError, DataError)


@transaction.atomic
def reservations_take_over(*, folder: Folder, by: Actor) -> None:
    """Take over everything in the checked folder, or nothing.

    Raises AlreadyInUse, or HandoverWrong with all faults, line by line, up to a limit.
    """
    with connection.cursor() as cursor:
        # Nobody books or begins to wait while the ids of the old installation come in.
        cursor.execute(ALONE)
        # Rows that point nowhere are found at their own line, and not at the commit.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    refuse_when_in_use()
    refuse_other_city(folder)
    faults = Faults()
    for table in TABLES:
        Taking(table, folder, faults).run()
    faults.refuse_if_any()
    for where, what in disagreements():
        faults.add(where, what)
    faults.refuse_if_any()
    continue_numbering()
    renew_person_keys()
    city = City.objects.get()
    detail = {"manifest_sha256": folder.manifest_sha256, "moment": folder.manifest.moment.isoformat()}
    rows = {part.name: part.rows for part in folder.manifest.tables}
    record(action="reservations.taken_over", subject=city, by=by, detail=detail | {"rows": rows})
    forget_city()


def refuse_when_in_use() -> None:
    """Ids are kept, so nothing of this installation may have one already. Raises AlreadyInUse."""
    used = (
        Slot.objects.all(),
        Reservation.objects.all(),
        Hold.objects.all(),
        Waiter.objects.all(),
        Message.objects.filter(subject_type__startswith=ABOUT_BOOKINGS),
        AuditEvent.objects.filter(subject_type__in=[Reservation._meta.label_lower, Waiter._meta.label_lower]),
    )
    if any(rows.exists() for rows in used):
        raise AlreadyInUse


def refuse_other_city(folder: Folder) -> None:
    """One installation serves one city. Raises HandoverWrong."""
    told = folder.manifest.city
    held = City.objects.exclude(slug=told.slug).first()
    if held:
        raise HandoverWrong(
            [f"manifest.json: {told.name}（{told.slug}）のデータです。この環境は{held.name}（{held.slug}）のものです。"]
        )


@dataclass(slots=True)
class Taking:
    """One table on its way in."""

    table: Table
    folder: Folder
    faults: Faults
    reader: Reader = field(init=False)
    keys: set[tuple[object, ...]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.reader = Reader(self.table)

    def run(self) -> None:
        """Compare with what is there already (master data), or insert. Faults are collected."""
        if self.table.name in MASTER and self.table.model._default_manager.exists():
            self.compare()
            return
        read = self.read()
        if self.faults.found:
            # Nothing can be saved any more; rows that point to faulty ones would only look faulty too.
            self.reader.codes_checked = False
            deque(read, maxlen=0)
            return
        while batch := list(islice(read, ROWS_AT_ONCE)):
            self.insert(batch)

    def place(self, line: int) -> str:
        return f"{self.table.name}.jsonl {line}行目"

    def compare(self) -> None:
        """The city's places, procedures and calendars must be the ones that the bookings were made with."""
        names = [column.name for column in self.table.columns]
        here = (json_line(names, row) for row in self.table.rows())
        for line, (told, held) in enumerate(zip_longest((told for _, told in self.folder.lines(self.table)), here), 1):
            if told != held:
                self.faults.add(
                    self.place(line),
                    f"この環境の{self.table.title}と違います。load_city は、取り込みのあとに実行してください。",
                )
                return

    def read(self) -> Iterator[Numbered]:
        """The sound rows with their line numbers; the others become faults."""
        count = 0
        for count, line in self.folder.lines(self.table):
            row, wrong = self.reader.row(line)
            for what in wrong:
                self.faults.add(self.place(count), what)
            if row is not None and self.is_new(row, count):
                yield count, row
        wanted = self.folder.manifest.table(self.table.name).rows
        if count != wanted:
            self.faults.add(f"{self.table.name}.jsonl", f"{wanted}件のはずですが、{count}件あります。")

    def is_new(self, row: models.Model, line: int) -> bool:
        """Master data is named by codes that the database does not always keep apart; the rest is its own affair."""
        if isinstance(row, City):
            self.check_city(row, line)
        if self.table.by_id or self.table.name not in MASTER:
            return True
        attnames = [column.field.attname for column in self.table.columns if column.name in self.table.key]
        key = tuple(getattr(row, name) for name in attnames)
        if key in self.keys:
            self.faults.add(self.place(line), "同じ行が前にもあります。")
            return False
        self.keys.add(key)
        return True

    def check_city(self, city: City, line: int) -> None:
        if city.slug != self.folder.manifest.city.slug:
            self.faults.add(self.place(line), "マニフェストとは別の市です。")
        try:
            Rules.model_validate_json(json.dumps(city.settings))
        except ValidationError:
            self.faults.add(self.place(line), "市の規則（settings）が、この環境の版と合いません。")

    def insert(self, batch: list[Numbered]) -> None:
        """Insert together; where the database refuses, one by one, to find the line."""
        try:
            self.copy([row for _, row in batch])
        except REFUSED:
            for line, row in batch:
                self.insert_one(line, row)

    def insert_one(self, line: int, row: models.Model) -> None:
        try:
            self.copy([row])
        except REFUSED as error:
            self.faults.add(self.place(line), refusal(error))

    def copy(self, rows: list[models.Model]) -> None:
        """Raises psycopg's IntegrityError or DataError; then none of them is stored."""
        statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
            sql.Identifier(self.table.model._meta.db_table),
            sql.SQL(", ").join([sql.Identifier(str(held.column)) for held in copied_fields(self.table)]),
        )
        with transaction.atomic(), connection.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(list(stored(self.table, row)))


def refusal(error: DatabaseError) -> str:
    """What the database found, in words; its own message would show the values."""
    name = error.diag.constraint_name or ""
    match error:
        case errors.UniqueViolation():
            return f"同じ行、または同じ番号の行が前にもあります（{name}）。"
        case errors.ForeignKeyViolation():
            return f"指している行がありません（{name}）。"
        case _:
            return f"データの決まりに合いません（{name}）。"


def continue_numbering() -> None:
    """New rows get ids after those that were taken over."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), [table.model for table in TABLES]):
            cursor.execute(statement)
