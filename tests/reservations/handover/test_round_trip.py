"""What one installation hands over, the next one has: nothing lost, nothing doubled."""

import csv
import json
from datetime import datetime
from hashlib import sha256
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import timezone

from config.simulation.cast import Cast
from config.simulation.play import Play
from notifications.models import Message, MessageState
from postoffices.models import (
    Office,
)
from reservations.actions import reservation_cancel
from reservations.handover.tables import TABLES
from reservations.history import history
from reservations.models import CancelReason, Hold, Reservation, ReservationState, Slot
from reservations.tokens import token_hash
from tests.reservations.handover.parcel import (
    DATA,
    Booked,
    book,
    empty,
    handed_over,
    lists,
    person,
    read,
    taken_over,
)
from tests.reservations.town import SYSTEM, Town

pytestmark = pytest.mark.django_db(transaction=True)
EMPTY_IN_TOWN = {"closures", "dated_openings", "holidays", "message_receipts"}


@pytest.fixture
def simulated(transactional_db: None) -> None:
    """Days of a real city's profile, played."""
    call_command("load_city", "kitakyushu", stdout=StringIO())
    call_command("demo_people", verbosity=0)
    Play(cast=Cast.gather(timezone.localdate()), days=2, per_day=8, seed=7).run()
    # Chance decides whether anybody cancels in two days; here somebody does.
    coming = Reservation.objects.filter(state=ReservationState.CONFIRMED, slot__starts_at__gt=timezone.now())
    reservation_cancel(reservation=coming.earliest("pk"), reason=CancelReason.DONE_ELSEWHERE, by=SYSTEM)


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


@pytest.mark.requirement("fukuoka-15")
def test_a_played_city_comes_out_of_the_next_installation_as_it_went_in(simulated: None, tmp_path: Path) -> None:
    assert_round_trip(tmp_path)
    assert {row["state"] for row in read(tmp_path / "second", "reservations")} >= {"confirmed", "visited", "cancelled"}
    assert read(tmp_path / "second", "events")
    assert read(tmp_path / "second", "message_receipts")


@pytest.mark.requirement("fukuoka-15")
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
    assert tables["reservations"]["rows"] == 6
    for table in tables.values():
        with (tmp_path / "out" / f"{table['name']}.csv").open(encoding="utf-8-sig", newline="") as file:
            heading, *rows = csv.reader(file)
        assert heading == [column["name"] for column in table["columns"]]
        assert len(rows) == table["rows"] == len(read(tmp_path / "out", table["name"]))
    state = next(column for column in tables["reservations"]["columns"] if column["name"] == "state")
    assert state["choices"]["no_show"] == "来局なし"
    assert manifest["remarks"]["holds_left_behind"] == 2
    assert "仮押さえ2件は、書き出していません" in said
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
    new, _ = book(Slot.objects.get(office=office, barred=[]), town, person=person("見本 四郎"))
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


def test_moments_are_local_with_their_offset(booked: Booked, tmp_path: Path) -> None:
    handed_over(tmp_path / "out")
    told = read(tmp_path / "out", "slots")[0]["starts_at"]
    assert told.endswith("T09:00:00+09:00")
    assert datetime.fromisoformat(told) == booked.slot.starts_at
