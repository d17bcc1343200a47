"""Writing everything about bookings: at one moment, for one owner, in bounded memory, with its event."""

import tracemalloc
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.apps import apps
from django.core.management import CommandError
from django.db import connection

from audit.models import AuditEvent
from reservations.handover import export, tables, taking
from reservations.handover.tables import LEFT_BEHIND, TABLES, Table
from reservations.numbers import check_digit
from tests.reservations.handover.parcel import Booked, empty, handed_over, read, taken_over

pytestmark = pytest.mark.django_db(transaction=True)


def test_both_ways_leave_one_event_each_with_counts_and_checksum(booked: Booked, tmp_path: Path) -> None:
    handed_over(tmp_path / "out")
    out = AuditEvent.objects.get(action="reservations.handed_over")
    assert out.detail["rows"]["reservations"] == 6
    digest = sha256((tmp_path / "out" / "manifest.json").read_bytes()).hexdigest()
    assert out.detail["manifest_sha256"] == digest
    empty()
    taken_over(tmp_path / "out")
    into = AuditEvent.objects.get()
    assert (into.action, into.detail["manifest_sha256"]) == ("reservations.taken_over", digest)


def test_without_its_event_a_handover_is_never_finished(
    booked: Booked, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(**_: Any) -> None:
        raise RuntimeError("audit")

    monkeypatch.setattr(export, "record", fails)
    with pytest.raises(RuntimeError):
        handed_over(tmp_path / "out")
    assert not (tmp_path / "out" / "manifest.json").exists()
    with pytest.raises(CommandError, match=r"manifest\.json: 読めません"):
        taken_over(tmp_path / "out")


def test_a_folder_with_something_in_it_is_refused(booked: Booked, tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("見本")
    with pytest.raises(CommandError, match="空ではありません"):
        handed_over(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["note.txt"]


def test_files_are_for_their_owner_only(booked: Booked, tmp_path: Path) -> None:
    handed_over(tmp_path / "out")
    assert (tmp_path / "out").stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "out").iterdir()} == {0o600}


@pytest.fixture
def cancelled_meanwhile(booked: Booked, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody else cancels, and gives the seat back, right after the slots were written."""
    plain = export.write_table
    own = connection.get_connection_params()

    def interrupted(folder: Path, table: Any) -> Any:
        written = plain(folder, table)
        if table.name == "slots":
            address = {name: own[name] for name in ("dbname", "user", "password", "host", "port") if own.get(name)}
            with psycopg.connect(**address) as other:
                other.execute(
                    "UPDATE reservations_slot SET public_taken = public_taken - 1 WHERE id = %s", [booked.slot.pk]
                )
                other.execute(
                    "UPDATE reservations_reservation SET state = 'cancelled', cancelled_at = now() WHERE id = %s",
                    [booked.confirmed.pk],
                )
        return written

    monkeypatch.setattr(export, "write_table", interrupted)


def state_written(booked: Booked, folder: Path) -> str:
    return next(str(row["state"]) for row in read(folder, "reservations") if row["id"] == booked.confirmed.pk)


def test_everything_is_written_as_it_was_at_one_moment(
    booked: Booked, cancelled_meanwhile: None, tmp_path: Path
) -> None:
    handed_over(tmp_path / "out")
    assert state_written(booked, tmp_path / "out") == "confirmed"
    empty()
    taken_over(tmp_path / "out")


def test_without_the_snapshot_the_rows_would_contradict_each_other(
    booked: Booked, cancelled_meanwhile: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The canary: READ COMMITTED sees the cancellation between two tables."""
    monkeypatch.setattr(export, "SNAPSHOT", "SET TRANSACTION ISOLATION LEVEL READ COMMITTED")
    handed_over(tmp_path / "out")
    assert state_written(booked, tmp_path / "out") == "cancelled"
    empty()
    with pytest.raises(CommandError, match="公開枠の使用数は1ですが、席を使う予約は0件です"):
        taken_over(tmp_path / "out")


MANY = """
    INSERT INTO reservations_reservation (number, token_hash, slot_id, office_id, procedure_id, seat_kind, state,
        channel, cancel_reason, booked_at, changed_at, cancelled_at, changes, moved_token_hash, name, reading,
        birth_date, address, phone, email)
    SELECT made, 'many' || made, slot_id, office_id, procedure_id, seat_kind, 'cancelled', channel, 'other',
           booked_at, changed_at, now(), 0, '', repeat('見', 50), '', birth_date, repeat('本', 100), phone, email
    FROM reservations_reservation, unnest(%s::text[]) AS made WHERE id = %s
"""
FEW, MORE = 800, 2400


def add_many(booked: Booked, first: int, count: int) -> None:
    digits = [f"{number:08}" for number in range(first, first + count)]
    with connection.cursor() as cursor:
        cursor.execute(MANY, [[eight + check_digit(eight) for eight in digits], booked.confirmed.pk])


def peak(step: Callable[[], object]) -> int:
    """Bytes that Python held at most while `step` ran."""
    tracemalloc.start()
    try:
        step()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def growth(booked: Booked, tmp_path: Path) -> tuple[float, float]:
    """How many times the memory four times the bookings take, handed over and taken over."""
    add_many(booked, 1, FEW)
    few = peak(lambda: handed_over(tmp_path / "few"))
    add_many(booked, FEW + 1, MORE)
    many = peak(lambda: handed_over(tmp_path / "many"))
    empty()
    taken = [peak(lambda name=name: taken_over(tmp_path / name, "--dry-run")) for name in ("few", "many")]  # type: ignore[misc]
    return many / few, taken[1] / taken[0]


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few bookings then show what many do."""
    monkeypatch.setattr(tables, "ROWS_AT_ONCE", 100)
    monkeypatch.setattr(taking, "ROWS_AT_ONCE", 100)


@pytest.mark.usefixtures("small_batches")
def test_memory_does_not_grow_with_the_bookings(booked: Booked, tmp_path: Path) -> None:
    out, into = growth(booked, tmp_path)
    assert out < 1.3
    assert into < 1.3


@pytest.mark.usefixtures("small_batches")
def test_rows_read_at_once_would_be_noticed(booked: Booked, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The canary: the same measurement, with all rows of a table in memory."""
    streamed = Table.rows
    monkeypatch.setattr(Table, "rows", lambda table: iter(list(streamed(table))))
    out, _ = growth(booked, tmp_path)
    assert out > 1.5


def test_every_kind_of_row_is_handed_over_or_has_a_reason_to_stay() -> None:
    rooms = [apps.get_app_config(room) for room in ("reservations", "postoffices")]
    there = {model.__name__ for room in rooms for model in room.get_models()}
    handed = {table.model.__name__ for table in TABLES}
    assert there - handed <= set(LEFT_BEHIND)
    assert not handed & set(LEFT_BEHIND)
    for table in TABLES:
        assert set(table.left_out) <= {held.name for held in table.model._meta.concrete_fields}
