"""All bookings handed over and taken over: nothing lost, nothing doubled, and nothing taken over half."""

import csv
import json
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from hashlib import sha256
from io import StringIO
from pathlib import Path
from shutil import copytree
from typing import Any

import psycopg
import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from audit.models import AuditEvent
from config.simulation.cast import Cast
from config.simulation.play import Play
from notifications.models import Message, MessageState
from postoffices.models import (
    City,
    DayOpening,
    DayRule,
    DayRulePeriod,
    DeadlineRule,
    DeadlineStep,
    HolidayDecision,
    Office,
    Stop,
)
from postoffices.neutral import NEUTRAL_RULES
from reservations.actions import (
    reservation_book,
    reservation_cancel,
    reservation_mark_no_show,
    reservation_move,
    seat_hold,
)
from reservations.handover import export
from reservations.handover.tables import LEFT_BEHIND, TABLES
from reservations.history import history
from reservations.lists import by_office
from reservations.models import CancelReason, Hold, Orphaning, Reservation, ReservationState, SeatKind, Slot
from reservations.tokens import token_hash
from tests.reservations.town import CITIZEN, HANAKO, SYSTEM, TARO, Town, a_time, make_slot, make_town

pytestmark = pytest.mark.django_db(transaction=True)
DATA = [name for table in TABLES for name in (f"{table.name}.csv", f"{table.name}.jsonl")]

EMPTY_IN_TOWN = {"closures", "dated_openings", "holidays", "message_receipts"}


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


@pytest.fixture
def booked(transactional_db: None) -> Booked:
    City.objects.create(id=1, slug="mihon", name="見本市", settings=NEUTRAL_RULES.model_dump(mode="json"))
    town = make_town()
    slot = make_slot(town.office, seats=5, internal=1)
    later = make_slot(town.elsewhere, a_time(8, 10), seats=2)
    confirmed, token = book(slot, town)
    cancelled, _ = book(slot, town)
    reservation_cancel(reservation=cancelled, reason=CancelReason.DONE_ELSEWHERE, by=CITIZEN)
    moved, _ = book(slot, town, person=TARO)
    _, wish = seat_hold(slot_id=later.pk, procedure=town.renewal, by=CITIZEN)
    reservation_move(reservation=moved, token=wish, by=CITIZEN)
    missed, _ = book(slot, town, seat_kind=SeatKind.INTERNAL, person=TARO)
    reservation_mark_no_show(reservation=missed, by=SYSTEM)
    seat_hold(slot_id=slot.pk, procedure=town.renewal, by=CITIZEN)
    decided_on_screen(town, missed)
    return Booked(town, slot, confirmed, token)


def decided_on_screen(town: Town, orphaned_once: Reservation) -> None:
    """What the bureau decides beside the profile: a day with its own hours, a deadline, a holiday, a stop."""
    rule = DayRule.objects.create(office=town.office, day=date(2030, 1, 5), opening=DayOpening.OWN)
    DayRulePeriod.objects.create(rule=rule, opens=time(10), closes=time(12, 30))
    DeadlineRule.objects.create(procedure=town.renewal, step=DeadlineStep.CHANGE, days_before=1, at=time(17))
    HolidayDecision.objects.create(day=date(2030, 1, 4), name="見本の日", taken=True)
    stop = Stop.objects.create(starts_at=a_time(20), ends_at=a_time(21), reason="見本の停電")
    Orphaning.objects.create(reservation=orphaned_once, stop=stop, reason="見本の停電", link_hash=token_hash("見本"))


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
    return [
        (
            str(day),
            page.office.code,
            row.number,
            row.name,
            row.state,
            row.procedure.code,
            row.slot.starts_at.isoformat(),
        )
        for day in days
        for page in by_office(Reservation.objects.of_day(day))
        for row in page.rows
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


# -- the round trip -----------------------------------------------------------------------------------


@pytest.fixture
def simulated(transactional_db: None) -> None:
    """Days of a real city's profile, played."""
    call_command("load_city", "kitakyushu", stdout=StringIO())
    call_command("demo_people", verbosity=0)
    Play(cast=Cast.gather(timezone.localdate()), days=2, per_day=8, seed=7).run()


def assert_round_trip(tmp_path: Path) -> None:
    before = lists()
    assert before
    handed_over(tmp_path / "first")
    empty()
    taken_over(tmp_path / "first")
    assert lists() == before
    handed_over(tmp_path / "second")
    different = [
        name for name in DATA if (tmp_path / "first" / name).read_bytes() != (tmp_path / "second" / name).read_bytes()
    ]
    assert not different


def test_a_played_city_comes_out_of_the_next_installation_as_it_went_in(simulated: None, tmp_path: Path) -> None:
    assert_round_trip(tmp_path)
    assert {row["state"] for row in read(tmp_path / "second", "reservations")} >= {"confirmed", "visited", "cancelled"}
    assert read(tmp_path / "second", "events")
    assert read(tmp_path / "second", "message_receipts")


def test_every_state_reason_and_seat_survives(booked: Booked, tmp_path: Path) -> None:
    Reservation.objects.filter(pk=booked.confirmed.pk).update(state=ReservationState.ORPHANED)
    Slot.objects.filter(pk=booked.slot.pk).update(public_taken=1)
    assert_round_trip(tmp_path)
    assert all(read(tmp_path / "second", table.name) for table in TABLES if table.name not in EMPTY_IN_TOWN)
    told = {(row["state"], row["cancel_reason"], row["seat_kind"]) for row in read(tmp_path / "second", "reservations")}
    assert told == {
        ("orphaned", "", "public"),
        ("cancelled", "done_elsewhere", "public"),
        ("confirmed", "", "public"),
        ("no_show", "", "internal"),
    }


def test_manifest_counts_rows_and_explains_columns(booked: Booked, tmp_path: Path) -> None:
    said = handed_over(tmp_path / "out")
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert manifest["city"] == {"slug": "mihon", "name": "見本市"}
    tables = {table["name"]: table for table in manifest["tables"]}
    assert tables["reservations"]["rows"] == 4
    for table in tables.values():
        with (tmp_path / "out" / f"{table['name']}.csv").open(encoding="utf-8-sig", newline="") as file:
            heading, *rows = csv.reader(file)
        assert heading == [column["name"] for column in table["columns"]]
        assert len(rows) == table["rows"] == len(read(tmp_path / "out", table["name"]))
    state = next(column for column in tables["reservations"]["columns"] if column["name"] == "state")
    assert state["choices"]["no_show"] == "来局なし"
    assert manifest["remarks"]["holds_left_behind"] == 1
    assert "仮押さえ1件は、書き出していません" in said
    assert sha256((tmp_path / "out" / "manifest.json").read_bytes()).hexdigest() in said


def test_links_in_citizens_mails_stay_valid_and_the_next_booking_gets_its_own_number(
    booked: Booked, tmp_path: Path
) -> None:
    handed_over(tmp_path / "out")
    last = max(Reservation.objects.values_list("pk", flat=True))
    empty()
    taken_over(tmp_path / "out")
    assert Reservation.objects.get(token_hash=token_hash(booked.token)).number == booked.confirmed.number
    office = Office.objects.get(code="mihon")
    town = Town(office, office, office.procedures.get(), office.procedures.get())
    new, _ = book(Slot.objects.get(office=office), town)
    assert new.pk > last


def test_seats_that_were_only_held_are_free_again(booked: Booked, tmp_path: Path) -> None:
    booked.slot.refresh_from_db()
    assert booked.slot.public_taken == 2
    handed_over(tmp_path / "out")
    empty()
    taken_over(tmp_path / "out")
    assert not Hold.objects.exists()
    assert Slot.objects.get(pk=booked.slot.pk).public_taken == 1


def test_what_happened_before_stands_in_the_bookings_history_without_names_of_staff(
    booked: Booked, tmp_path: Path
) -> None:
    moved = Reservation.objects.get(changes=1)
    before = [(entry.at, entry.what) for entry in history(moved)]
    assert len(before) == 2
    handed_over(tmp_path / "out")
    empty()
    taken_over(tmp_path / "out")
    assert [(entry.at, entry.what) for entry in history(moved)] == before
    assert set(read(tmp_path / "out", "events")[0]) == {
        *("reservation_id", "position", "at", "action", "actor_kind", "actor_role", "detail")
    }


def test_only_what_may_still_be_sent_carries_its_text(booked: Booked, tmp_path: Path) -> None:
    sent, claimed, under_way = Message.objects.order_by("pk")[:3]
    Message.objects.filter(pk=sent.pk).update(state=MessageState.SENT, sent_at=timezone.now())
    Message.objects.filter(pk=claimed.pk).update(state=MessageState.CLAIMED)
    Message.objects.filter(pk=under_way.pk).update(state=MessageState.TRANSMITTING)
    handed_over(tmp_path / "out")
    told = {row["id"]: row for row in read(tmp_path / "out", "messages")}
    assert (told[sent.pk]["title"], told[sent.pk]["body"]) == ("", "")
    assert booked.token not in (tmp_path / "out" / "messages.jsonl").read_text()
    assert told[claimed.pk]["state"] == "queued"
    assert told[claimed.pk]["body"] == claimed.body
    assert told[under_way.pk]["state"] == "uncertain"
    empty()
    taken_over(tmp_path / "out")
    assert Message.objects.get(pk=claimed.pk).body == claimed.body
    assert Message.objects.get(pk=claimed.pk).claim_token is None


def test_what_a_citizen_typed_never_becomes_a_formula_in_a_spreadsheet(booked: Booked, tmp_path: Path) -> None:
    Reservation.objects.filter(pk=booked.confirmed.pk).update(name='=HYPERLINK("x")', address='架空区\n1-2, "3"')
    before = lists()
    handed_over(tmp_path / "out")
    sheet = (tmp_path / "out" / "reservations.csv").read_bytes()
    assert sheet.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(StringIO(sheet.decode("utf-8-sig"), newline="")))
    assert rows[0]["name"] == '\'=HYPERLINK("x")'
    assert rows[0]["address"] == '架空区\n1-2, "3"'
    empty()
    taken_over(tmp_path / "out")
    assert lists() == before


# -- handing over -------------------------------------------------------------------------------------


def test_both_ways_leave_one_event_each_with_counts_and_checksum(booked: Booked, tmp_path: Path) -> None:
    handed_over(tmp_path / "out")
    out = AuditEvent.objects.get(action="reservations.handed_over")
    assert out.detail["rows"]["reservations"] == 4
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
    SELECT 'x' || n, 'many' || n, slot_id, office_id, procedure_id, seat_kind, 'cancelled', channel, 'other',
           booked_at, changed_at, now(), 0, '', repeat('見', 50), '', birth_date, repeat('本', 100), phone, email
    FROM reservations_reservation, generate_series(%s::int, %s::int) n WHERE id = %s
"""


def test_memory_does_not_grow_with_the_bookings(booked: Booked, tmp_path: Path) -> None:
    def peak(name: str) -> int:
        tracemalloc.start()
        try:
            handed_over(tmp_path / name)
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    add_many(booked, 1, 4000)
    few = peak("few")
    add_many(booked, 4001, 24000)
    assert peak("many") < 1.3 * few


def add_many(booked: Booked, first: int, last: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(MANY, [first, last, booked.confirmed.pk])


def test_every_kind_of_row_is_handed_over_or_has_a_reason_to_stay() -> None:
    rooms = [apps.get_app_config(room) for room in ("reservations", "postoffices")]
    there = {model.__name__ for room in rooms for model in room.get_models()}
    handed = {table.model.__name__ for table in TABLES}
    assert there - handed == set(LEFT_BEHIND)
    for table in TABLES:
        assert set(table.left_out) <= {held.name for held in table.model._meta.concrete_fields}


# -- taking over --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def written_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the first test that needs a handover leaves it for the others."""
    return tmp_path_factory.mktemp("handover") / "out"


@pytest.fixture
def folder(
    transactional_db: None, written_once: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Path]:
    """A handover, and an empty database to take it over; afterwards nothing may stand there."""
    if not written_once.exists():
        request.getfixturevalue("booked")
        handed_over(written_once)
        empty()
    copytree(written_once, tmp_path / "out")
    yield tmp_path / "out"
    assert not Reservation.objects.exists()
    assert not City.objects.exists()
    assert not AuditEvent.objects.exists()


def change_row(folder: Path, table: str, line: int, /, **values: Any) -> None:
    rows = read(folder, table)
    rows[line - 1] |= values
    write(folder, table, rows)


def double_row(folder: Path) -> None:
    rows = read(folder, "reservations")
    write(folder, "reservations", [*rows[:2], *rows[1:]])


def break_letter(folder: Path) -> None:
    path = folder / "events.jsonl"
    path.write_text(path.read_text().replace('"detail": {', '"detail": {"a": "\\ud800", ', 1))


def cut(folder: Path) -> None:
    path = folder / "reservations.jsonl"
    path.write_bytes(path.read_bytes()[:-40])


def edit_manifest(folder: Path, **values: Any) -> None:
    path = folder / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | values))


def lose_table(folder: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_text())
    edit_manifest(folder, tables=[table for table in manifest["tables"] if table["name"] != "slots"])


DAMAGES: dict[str, tuple[Callable[[Path], object], list[str]]] = {
    "changed row": (
        lambda folder: change_row(folder, "reservations", 2, name="架空 次郎"),
        ["reservations.jsonl: ", "reservations の2件目: ここから"],
    ),
    "doubled row": (double_row, ["reservations.jsonl: 書き出したときより大きく", "reservations の3件目"]),
    "cut file": (cut, ["reservations.jsonl: 途中で切れています", "reservations の4件目"]),
    "missing file": (lambda folder: (folder / "slots.csv").unlink(), ["slots.csv: ファイルがありません"]),
    "missing manifest": (lambda folder: (folder / "manifest.json").unlink(), ["manifest.json: 読めません"]),
    "broken manifest": (lambda folder: (folder / "manifest.json").write_text("{"), ["JSON として読めません"]),
    "foreign format": (lambda folder: edit_manifest(folder, format="x"), ["予約の引き継ぎデータではありません"]),
    "other version": (lambda folder: edit_manifest(folder, schema_version=99), ["形式の版が違います"]),
    "strange key": (lambda folder: edit_manifest(folder, more=1), ["「more」が正しくありません"]),
    "table not told": (lose_table, ["「slots」がありません"]),
    "same bytes, other letter": (
        lambda folder: (folder / "wards.csv").write_bytes(
            (folder / "wards.csv").read_bytes().replace(b"ward", b"word")
        ),
        ["wards.csv: 書き出したあとに内容が変わっています"],
    ),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_damage_is_named_and_nothing_taken_over(folder: Path, name: str) -> None:
    damage, said = DAMAGES[name]
    damage(folder)
    with pytest.raises(CommandError) as refused:
        taken_over(folder)
    for words in said:
        assert words in str(refused.value)


LONG = "見" * 101
WRONG_ROWS: dict[str, tuple[Callable[[Path], object], str]] = {
    "unknown state": (
        lambda folder: change_row(folder, "reservations", 2, state="lost"),
        "2行目: 「状態」が決められた値",
    ),
    "too long": (lambda folder: change_row(folder, "reservations", 1, name=LONG), "1行目: 「氏名」"),
    "no date": (
        lambda folder: change_row(folder, "reservations", 1, birth_date="1980-02-30"),
        "「生年月日」を読めません",
    ),
    "no offset": (
        lambda folder: change_row(folder, "reservations", 1, booked_at="2026-01-01T00:00:00"),
        "「予約日時」に時差",
    ),
    "null": (lambda folder: change_row(folder, "reservations", 3, name=None), "3行目: 「氏名」が空です"),
    "number for text": (lambda folder: change_row(folder, "reservations", 3, phone=90), "3行目: 「電話番号」の型"),
    "nul": (lambda folder: change_row(folder, "reservations", 3, name="a\x00"), "3行目: 「氏名」に使えない文字"),
    "half letter": (break_letter, "events.jsonl 1行目: データの決まりに合いません"),
    "unknown office": (lambda folder: change_row(folder, "slots", 1, office="nowhere"), "slots.jsonl 1行目: 「拠点」"),
    "unknown slot": (
        lambda folder: change_row(folder, "reservations", 4, slot_id=999),
        "reservations.jsonl 4行目: 指している行がありません",
    ),
    "check digit": (
        lambda folder: change_row(folder, "reservations", 1, number="123456789"),
        "1行目: 予約番号の検査数字が合いません",
    ),
    "doubled row": (double_row, "reservations.jsonl 3行目: 同じ行、または同じ番号の行が前にもあります"),
    "cancelled without time": (
        lambda folder: change_row(folder, "reservations", 2, cancelled_at=None),
        "reservations.jsonl 2行目: データの決まりに合いません（reservation_cancelled_has_time）",
    ),
    "more seats than there are": (
        lambda folder: change_row(folder, "slots", 1, public_taken=9),
        "slots.jsonl 1行目: データの決まりに合いません（slot_public_taken_within_seats）",
    ),
    "wrong counter": (
        lambda folder: change_row(folder, "slots", 1, public_taken=3),
        "公開枠の使用数は3ですが、席を使う予約は1件です",
    ),
    "other office than the slot's": (
        lambda folder: change_row(folder, "reservations", 1, office="kaku"),
        "予約の拠点と予約枠の拠点が違います",
    ),
    "message about nobody": (
        lambda folder: change_row(folder, "messages", 1, subject_id="999"),
        "対象の予約がありません",
    ),
    "message about a word": (
        lambda folder: change_row(folder, "messages", 1, subject_id="x"),
        "対象の予約がありません",
    ),
    "other column": (lambda folder: change_row(folder, "wards", 1, more=1), "wards.jsonl 1行目: 列の名前"),
    "doubled closure": (
        lambda folder: write(folder, "weekly_hours", read(folder, "weekly_hours")[:1] * 2),
        "weekly_hours.jsonl 2行目: 同じ行が前にもあります",
    ),
    "rules of another version": (lambda folder: change_row(folder, "city", 1, settings={}), "市の規則（settings）"),
    "two cities in one folder": (lambda folder: change_row(folder, "city", 1, slug="other"), "マニフェストとは別の市"),
}


@pytest.mark.parametrize("name", WRONG_ROWS)
def test_a_wrong_row_is_named_by_its_line_though_the_checksums_are_right(folder: Path, name: str) -> None:
    damage, said = WRONG_ROWS[name]
    damage(folder)
    sign_again(folder)
    with pytest.raises(CommandError) as refused:
        taken_over(folder)
    assert said in str(refused.value)
    assert HANAKO.name not in str(refused.value)


def test_all_faults_are_told_at_once(folder: Path) -> None:
    for line in (1, 3, 4):
        change_row(folder, "reservations", line, state="lost", name=None)
    sign_again(folder)
    with pytest.raises(CommandError) as refused:
        taken_over(folder)
    assert str(refused.value).count("「状態」が決められた値") == 3
    assert str(refused.value).count("「氏名」が空です") == 3


def test_faults_without_end_are_cut(folder: Path) -> None:
    write(folder, "events", read(folder, "events") + [{}] * 200)
    sign_again(folder)
    with pytest.raises(CommandError, match="50件で確認を打ち切りました"):
        taken_over(folder)


def test_a_dry_run_checks_everything_and_takes_nothing(folder: Path) -> None:
    assert "何も取り込んでいません" in taken_over(folder, "--dry-run")
    change_row(folder, "slots", 1, public_taken=3)
    sign_again(folder)
    with pytest.raises(CommandError, match="使用数は3"):
        taken_over(folder, "--dry-run")


def test_another_citys_installation_refuses(booked: Booked, tmp_path: Path) -> None:
    handed_over(tmp_path / "out")
    empty()
    City.objects.create(id=1, slug="betsu", name="別の市", settings=NEUTRAL_RULES.model_dump(mode="json"))
    with pytest.raises(CommandError, match=r"見本市（mihon）のデータです。この環境は別の市（betsu）のものです"):
        taken_over(tmp_path / "out")
    assert not Slot.objects.exists()


def test_an_installation_with_bookings_refuses(booked: Booked, tmp_path: Path) -> None:
    handed_over(tmp_path / "out")
    with pytest.raises(CommandError, match="すでにあります"):
        taken_over(tmp_path / "out")
    assert Reservation.objects.count() == 4


def test_an_installation_that_remembers_bookings_refuses(booked: Booked, tmp_path: Path) -> None:
    """The ids would mean other people in its log."""
    handed_over(tmp_path / "out")
    for rows in (Hold, Orphaning, Reservation, Slot):
        rows.objects.all().delete()
    Message.objects.all().delete()
    with pytest.raises(CommandError, match="予約の記録がすでにあります"):
        taken_over(tmp_path / "out")


def test_the_same_profile_may_be_loaded_before_and_another_may_not(transactional_db: None, tmp_path: Path) -> None:
    call_command("load_city", "kitakyushu", stdout=StringIO())
    office = Office.objects.filter(takes_bookings=True).earliest("pk")
    procedure = office.procedures.earliest("pk")
    book(make_slot(office), Town(office, office, procedure, procedure))
    handed_over(tmp_path / "out")
    before = lists()
    empty()
    call_command("load_city", "kitakyushu", stdout=StringIO())
    Office.objects.filter(code=office.code).update(phone="000-0000-0000")
    with pytest.raises(CommandError, match=r"offices\.jsonl \d+行目: この環境の拠点と違います"):
        taken_over(tmp_path / "out")
    call_command("load_city", "kitakyushu", stdout=StringIO())
    taken_over(tmp_path / "out")
    assert lists() == before


def test_moments_are_local_with_their_offset(booked: Booked, tmp_path: Path) -> None:
    handed_over(tmp_path / "out")
    told = read(tmp_path / "out", "slots")[0]["starts_at"]
    assert told.endswith("T09:00:00+09:00")
    assert datetime.fromisoformat(told) == booked.slot.starts_at
