"""Whoever waits keeps their turn, and what was decided on screen holds in the next installation too."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError
from django.test import Client

from accounts.roles import Role
from notifications.models import Message
from postoffices.city import current_city
from postoffices.models import HolidayDecision, Office, Procedure
from postoffices.supply.days import office_days
from reservations.actions import reservation_book
from reservations.fairness.keys import contact_key
from reservations.models import Hold, Reservation, ReservationState, Slot, Waiter, WaitState
from reservations.supply.calendar import stopped_days
from reservations.supply.worklist import orphans
from reservations.tasks import offer_seats
from reservations.waiting_list.actions import offer_take_up
from tests.people import staff_member
from tests.reservations.handover.parcel import (
    Booked,
    change_row,
    empty,
    handed_over,
    person,
    read,
    sign_again,
    taken_over,
)
from tests.reservations.town import CITIZEN, make_town
from tests.waiting_list.test_pages import link_in

pytestmark = pytest.mark.django_db(transaction=True)
EDITED = date(2030, 1, 5)


def supply_seen() -> dict[str, Any]:
    """What the bureau's decisions do, in words that are the same in every installation."""
    office, procedure = Office.objects.get(code="mihon"), Procedure.objects.get(code="renewal")
    stop_days = {str(day) for day in stopped_days(office, date(2020, 1, 1), date(2040, 1, 1))}
    return {
        "day": office_days([office], EDITED, EDITED)[office.pk],
        "deadline": current_city().deadline("change", office_id=office.pk, procedure_id=procedure.pk),
        "holidays": list(HolidayDecision.objects.values_list("day", "name", "taken", "decided_at")),
        "stopped": stop_days,
        "to act on": [(row.reservation.number, row.reason, row.at) for row in orphans(staff_member(Role.BUREAU))],
    }


@pytest.mark.requirement("fukuoka-15")
def test_what_was_decided_on_screen_decides_there_too(booked: Booked, tmp_path: Path) -> None:
    orphaned = Reservation.objects.get(state=ReservationState.NO_SHOW)
    Reservation.objects.filter(pk=orphaned.pk).update(state=ReservationState.ORPHANED)
    Slot.objects.filter(pk=orphaned.slot_id).update(internal_taken=0)
    before = supply_seen()
    assert before["day"][0].edited
    assert all(before.values())
    handed_over(tmp_path / "out")
    empty()
    taken_over(tmp_path / "out")
    assert supply_seen() == before


def test_who_waits_keeps_their_turn_and_their_link(booked: Booked, client: Client, tmp_path: Path) -> None:
    before = list(Waiter.objects.order_by("pk").values_list("pk", "state", "email", "phone", "registered_at"))
    link = link_in(Message.objects.get(purpose="wait_asked", recipient="ask@example.jp"))
    handed_over(tmp_path / "out")
    assert not {"contact_key", "network_key", "form_key"} & set(read(tmp_path / "out", "waiting")[0])
    empty()
    taken_over(tmp_path / "out")
    after = Waiter.objects.order_by("pk")
    assert list(after.values_list("pk", "state", "email", "phone", "registered_at")) == before
    assert [waiter.contact_key for waiter in after] == [contact_key(row.email or row.phone) for row in after]
    assert client.post(f"{link}confirm/").status_code == 302
    assert not Waiter.objects.filter(state=WaitState.ASKED).exists()


def test_who_had_an_offer_waits_again_and_is_told_of_the_next(booked: Booked, tmp_path: Path) -> None:
    offer_seats()
    assert Message.objects.filter(purpose="wait_offered").exists()
    offered = set(Waiter.objects.filter(state=WaitState.OFFERED).values_list("pk", flat=True))
    said = handed_over(tmp_path / "out")
    assert f"空き待ちのご案内中の{len(offered)}件は" in said
    assert "wait_offered" not in {row["purpose"] for row in read(tmp_path / "out", "messages")}
    empty()
    taken_over(tmp_path / "out")
    assert not Waiter.objects.exclude(slot=None, link_hash=None, offer_hash=None, answer_until=None).exists()
    assert set(Waiter.objects.filter(state=WaitState.WAITING).values_list("pk", flat=True)) >= offered
    offer_seats()
    assert set(Waiter.objects.filter(state=WaitState.OFFERED).values_list("pk", flat=True)) == offered
    assert Message.objects.filter(purpose="wait_offered").count() == 1
    assert Hold.objects.count() == len(offered)


def test_an_offer_that_was_booked_a_moment_ago_is_booked(booked: Booked, tmp_path: Path) -> None:
    offer_seats()
    waiter = Waiter.objects.get(email="matsu@example.jp")
    reservation_book(token=offer_take_up(waiter=waiter, by=CITIZEN), person=person("見本 六郎"), by=CITIZEN)
    handed_over(tmp_path / "out")
    told = {row["id"]: row["state"] for row in read(tmp_path / "out", "waiting")}
    assert told[waiter.pk] == "booked"
    empty()
    taken_over(tmp_path / "out")
    assert Message.objects.filter(purpose="wait_offered", subject_id=str(waiter.pk)).count() == 1


def test_somebody_who_waits_twice_is_named_by_line(folder: Path) -> None:
    rows = read(folder, "waiting")
    assert [row["state"] for row in rows] == ["waiting", "waiting", "asked"]
    change_row(folder, "waiting", 2, email=rows[0]["email"])
    sign_again(folder)
    with pytest.raises(CommandError, match=r"waiting\.jsonl 2行目: 同じ行、または同じ番号の行が前にもあります"):
        taken_over(folder)


def test_an_installation_where_somebody_waits_refuses(booked: Booked, tmp_path: Path) -> None:
    handed_over(tmp_path / "out")
    empty()
    town = make_town()
    wish = {"procedure": town.renewal, "office": town.office, "first_day": EDITED, "last_day": EDITED}
    Waiter.objects.create(**wish, phone="00011112222", contact_key="見本", token_hash="見本")
    with pytest.raises(CommandError, match="空き待ち"):
        taken_over(tmp_path / "out")
