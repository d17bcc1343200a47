"""Bookings to hand over, both commands as a person calls them, and what lies in the folder."""

import json
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from hashlib import sha256
from io import StringIO
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.utils import timezone

from postoffices.models import (
    DayOpening,
    DayRange,
    DayRule,
    DayRulePeriod,
    DeadlineRule,
    DeadlineStep,
    HolidayDecision,
    HorizonRule,
    Office,
    ProcedureDay,
    ProcedureHours,
    ProcedureWeek,
    Stop,
)
from reservations.actions import (
    reservation_book,
    seat_hold,
)
from reservations.handover.tables import TABLES
from reservations.models import Orphaning, Reservation, SeatKind, Slot
from reservations.person import Person
from reservations.tokens import token_hash
from reservations.waiting_list.registering import Told, Wanted, wait_register
from tests.reservations.town import CITIZEN, HANAKO, Town, a_time, make_slot
from tests.waiting_list.queue import waiting

DATA = [name for table in TABLES for name in (f"{table.name}.csv", f"{table.name}.jsonl")]


@dataclass
class Booked:
    """A town with bookings in every state; one seat is only held."""

    town: Town
    slot: Slot
    confirmed: Reservation
    token: str


def book(slot: Slot, town: Town, **more: Any) -> tuple[Reservation, str]:
    kind = more.pop("seat_kind", SeatKind.PUBLIC)
    _, token = seat_hold(slot_id=slot.pk, procedure=town.renewal, seat_kind=kind, by=CITIZEN)
    return reservation_book(token=token, person=more.pop("person", HANAKO), by=CITIZEN, **more), token


def person(name: str) -> Person:
    """Somebody else: one person has one booking."""
    return replace(HANAKO, name=name, phone="0003334444", email="jiro@example.jp")


def decided_on_screen(town: Town, orphaned_once: Reservation) -> None:
    """What the bureau decides beside the profile: a day with its own hours, a deadline, a holiday, a stop."""
    rule = DayRule.objects.create(office=town.office, day=date(2030, 1, 5), opening=DayOpening.OWN)
    DayRulePeriod.objects.create(rule=rule, opens=time(10), closes=time(12, 30))
    DayRange.objects.create(rule=rule, opens=time(11), closes=time(12), public_seats=1, internal_seats=0)
    place = {"office": town.office, "procedure": town.renewal}
    ProcedureHours.objects.create(**place, weekly=[[[540, 720]]] * 7, dates={"2030-01-06": []})
    ProcedureWeek.objects.create(**place, weekly=None)
    ProcedureDay.objects.create(**place, day=date(2030, 1, 5), periods=[[600, 660]])
    barred = make_slot(town.office, a_time(12))
    barred.barred = [town.renewal.code]
    barred.save()
    DeadlineRule.objects.create(procedure=town.renewal, step=DeadlineStep.CHANGE, days_before=1, at=time(17))
    HorizonRule.objects.create(pk=1, days=90)
    HolidayDecision.objects.create(day=date(2030, 1, 4), name="見本の日", taken=True)
    stop = Stop.objects.create(starts_at=a_time(20), ends_at=a_time(21), reason="見本の停電")
    Orphaning.objects.create(reservation=orphaned_once, stop=stop, reason="見本の停電", link_hash=token_hash("見本"))


def waits(town: Town) -> None:
    """One waits by mail in the ward, one by telephone, one has not proven the address."""
    asked = Told("ask@example.jp")
    today = timezone.localdate()
    wish = Wanted(town.renewal, town.office, today + timedelta(days=40), today + timedelta(days=50))
    waiting(town, town.office.ward, email="matsu@example.jp")
    waiting(town, phone="00055556666")
    wait_register(wanted=wish, told=asked, network="見本", by=CITIZEN)


def handed_over(folder: Path) -> str:
    out = StringIO()
    call_command("export_reservations", str(folder), stdout=out)
    return out.getvalue()


def taken_over(folder: Path, *more: str) -> str:
    out = StringIO()
    call_command("import_reservations", str(folder), *more, stdout=out)
    return out.getvalue()


def empty() -> None:
    """A database as `migrate` leaves it."""
    call_command("flush", interactive=False, verbosity=0)


def lists() -> list[tuple[str, ...]]:
    """The booking list of every day and office, in reading order."""
    days = sorted({timezone.localdate(moment) for moment in Slot.objects.values_list("starts_at", flat=True)})
    offices = Office.objects.order_by("position", "pk")
    return [
        (str(day), office.code, row.number, row.name, row.state, row.procedure.code, row.slot.starts_at.isoformat())
        for day in days
        for office in offices
        for row in Reservation.objects.of_day(day).filter(office=office)
    ]


def read(folder: Path, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / f"{name}.jsonl").read_text().splitlines()]


def write(folder: Path, name: str, rows: list[dict[str, Any]]) -> None:
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    (folder / f"{name}.jsonl").write_text(text)


def sign_again(folder: Path) -> None:
    """Give the manifest the sizes and checksums of what lies there: somebody meant the change."""
    manifest = json.loads((folder / "manifest.json").read_text())
    for table in manifest["tables"]:
        table["rows"] = len((folder / f"{table['name']}.jsonl").read_bytes().splitlines())
        for file in table["files"]:
            content = (folder / file["name"]).read_bytes()
            file |= {"size": len(content), "sha256": sha256(content).hexdigest()}
    (folder / "manifest.json").write_text(json.dumps(manifest))


def change_row(folder: Path, table: str, line: int, /, **values: Any) -> None:
    rows = read(folder, table)
    rows[line - 1] |= values
    write(folder, table, rows)


def double_row(folder: Path) -> None:
    rows = read(folder, "reservations")
    write(folder, "reservations", [*rows[:2], *rows[1:]])
