"""Where a handover may go: into an installation without bookings, of the same city."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from notifications.models import Message
from postoffices.models import (
    City,
    Office,
)
from postoffices.neutral import NEUTRAL_RULES
from reservations.models import Hold, Orphaning, Reservation, Slot, Waiter
from tests.reservations.handover.parcel import (
    Booked,
    book,
    change_row,
    empty,
    handed_over,
    lists,
    sign_again,
    taken_over,
)
from tests.reservations.town import Town, make_slot

pytestmark = pytest.mark.django_db(transaction=True)


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
    assert Reservation.objects.count() == 6


def test_an_installation_that_remembers_bookings_refuses(booked: Booked, tmp_path: Path) -> None:
    """The ids would mean other people in its log."""
    handed_over(tmp_path / "out")
    for rows in (Hold, Orphaning, Reservation, Waiter, Slot):
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
