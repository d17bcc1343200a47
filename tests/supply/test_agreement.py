"""Slots and the rules they were made from: what differs is said, on the start page too, until it is brought about."""

from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
import time_machine
from django.core.management import call_command
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from accounts.waiting import waiting_for
from audit.models import AuditEvent
from postoffices.models import CapacityPeriod, Office, ProcedureHours
from reservations.models import Reservation, ReservationState, Slot, SupplyGap
from reservations.supply.agreement import supply_compare
from reservations.tasks import materialise_slots
from tests.people import client_of, staff_member
from tests.postoffices.conftest import edited
from tests.reservations.town import TARO, Book, Town
from tests.supply.bureau import BUREAU, a_monday, assert_counters_tell_the_truth, open_days
from tests.supply.test_screens import seen_in

__all__ = ["edited"]

PAGE = "/staff/supply/agreement/"
DAY = "2026-11-09T09:00:00+09:00"
FEWER = ("public_seats = 2, internal_seats = 1", "public_seats = 1, internal_seats = 1")
MORNINGS = (
    'procedures = ["renewal", "pin-reset"]\n',
    'procedures = ["renewal", "pin-reset"]\n'
    'procedure_hours = [{ procedure = "pin-reset", weekly = { mon = ["9:00-12:00"] } }]\n',
)


def told(*arguments: str) -> str:
    out = StringIO()
    call_command("load_city", *arguments, stdout=out)
    return out.getvalue()


def entries() -> list[tuple[str, int]]:
    person = User.objects.filter(username="looking").first() or staff_member(Role.BUREAU, "looking")
    return [(entry.url, entry.count) for entry in waiting_for(person)]


@pytest.mark.django_db
@pytest.mark.requirement("fukuoka-09")
def test_loading_says_what_slots_differ_and_refits_when_asked(edited: Callable[..., Path]) -> None:
    with time_machine.travel(DAY, tick=False):
        first = told(str(edited()))
        assert "違います" not in first, "without slots there is nothing to differ"
        materialise_slots()
        before = Slot.objects.count()
        changed = str(edited(FEWER, MORNINGS))
        dry = told(changed, "--dry-run")
        assert "すでにある予約枠のうち" in dry
        assert not ProcedureHours.objects.exists(), "a dry run changes nothing"
        assert not SupplyGap.objects.filter(slots__gt=0).exists()
        said = told(changed)
        assert f"すでにある予約枠のうち{before}枠が" in said
        assert f"席が減る時間帯 {before}" in said
        assert f"load_city {changed} --refit" in said
        assert set(Slot.objects.values_list("public_seats", flat=True)) == {2}
        done = told(changed, "--refit")
        assert f"席が減る時間帯 {before}" in done
        assert set(Slot.objects.values_list("public_seats", flat=True)) == {1}
        assert Slot.objects.filter(barred=["pin-reset"]).exists()
        assert "違います" not in told(changed)


def test_the_start_page_says_so_until_it_is_done(town: Town, book: Book) -> None:
    slot = open_days(town, a_monday())[0]
    book(slot)
    late, _ = book(slot, person=TARO)
    supply_compare(by=BUREAU)
    assert (PAGE, 12) not in entries()
    CapacityPeriod.objects.filter(office=town.office).update(public_seats=1)
    materialise_slots()  # the hourly task finds it
    assert (PAGE, 12) in entries()
    events = AuditEvent.objects.filter(action="reservations.supply_compared").count()
    supply_compare(by=BUREAU)
    assert AuditEvent.objects.filter(action="reservations.supply_compared").count() == events, "nothing new to record"
    client = client_of(Role.BUREAU)
    page = client.get(PAGE).content.decode()
    assert "12枠が、いまの設定と違います" in page
    assert late.name in page
    assert client.post(PAGE, {"seen": "another"}).status_code == 409
    after = client.post(PAGE, {"seen": seen_in(page), "reason": "枠数の変更"}, follow=True).content.decode()
    assert "すべて設定のとおりです" in after
    late.refresh_from_db()
    assert late.state == ReservationState.ORPHANED
    assert all(url != PAGE for url, _count in entries())
    assert_counters_tell_the_truth()


def test_slots_of_an_office_that_the_profile_closed_differ_too(town: Town, book: Book) -> None:
    booking, _ = book(open_days(town, a_monday())[0])
    Office.objects.filter(code="mihon").update(takes_bookings=False, closes_on=timezone.localdate())
    assert (supply_compare(by=BUREAU).slots, SupplyGap.objects.get().bookings) == (12, 1)
    call_command("refit_slots", "--apply", stdout=StringIO())
    assert Reservation.objects.get(pk=booking.pk).state == ReservationState.ORPHANED
    assert SupplyGap.objects.get().slots == 0
