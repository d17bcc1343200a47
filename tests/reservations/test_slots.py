"""Slots out of opening hours and capacity."""

from datetime import date, time, timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from audit.models import AuditEvent
from postoffices.city import current_city
from postoffices.models import CapacityPeriod, DatedOpening, WeeklyHours
from reservations.actions import slots_materialise
from reservations.models import Slot
from reservations.tasks import materialise_slots
from tests.reservations.town import SYSTEM, Town, make_slot

MONDAY = date(2027, 1, 18)
SUNDAY = MONDAY + timedelta(days=6)


def local_times(day: date) -> list[str]:
    slots = Slot.objects.filter(starts_at__date=day).order_by("starts_at")
    return [f"{timezone.localtime(slot.starts_at):%H:%M}" for slot in slots]


def make(town: Town, first: date, last: date) -> int:
    return slots_materialise(office=town.office, first_day=first, last_day=last, by=SYSTEM)


def test_a_day_has_whole_slots_within_each_period(town: Town) -> None:
    assert make(town, MONDAY, MONDAY) == 12
    assert local_times(MONDAY)[:6] == ["09:00", "09:30", "10:00", "10:30", "11:00", "11:30"]
    assert local_times(MONDAY)[6:] == ["13:00", "13:30", "14:00", "14:30", "15:00", "15:30"]


def test_a_second_run_makes_nothing(town: Town) -> None:
    assert make(town, MONDAY, SUNDAY) == 60
    assert make(town, MONDAY, SUNDAY) == 0
    assert Slot.objects.count() == 60
    assert AuditEvent.objects.filter(action="reservations.slots_made").count() == 1


def test_existing_slots_stay_as_they_are(town: Town) -> None:
    make(town, MONDAY, MONDAY)
    Slot.objects.update(public_taken=2)
    CapacityPeriod.objects.update(public_seats=5)
    WeeklyHours.objects.update(closes=time(17))
    make(town, MONDAY, MONDAY)
    assert set(Slot.objects.filter(public_taken=2).values_list("public_seats", flat=True)) == {2}


def test_service_begins_and_ends(town: Town) -> None:
    town.office.opens_on = MONDAY + timedelta(days=1)
    town.office.closes_on = MONDAY + timedelta(days=2)
    assert make(town, MONDAY, SUNDAY) == 24
    assert local_times(MONDAY) == []
    assert make(town, SUNDAY, SUNDAY) == 0


def test_days_without_capacity_have_no_slots(town: Town) -> None:
    CapacityPeriod.objects.filter(office=town.office).update(last_day=MONDAY)
    assert make(town, MONDAY, SUNDAY) == 12


@pytest.mark.requirement("fukuoka-09", "fukutsu-05")
def test_capacity_changes_with_its_period(town: Town) -> None:
    CapacityPeriod.objects.filter(office=town.office).update(last_day=MONDAY)
    CapacityPeriod.objects.create(
        office=town.office, first_day=MONDAY + timedelta(days=1), slot_minutes=60, public_seats=4, internal_seats=1
    )
    assert make(town, MONDAY, MONDAY + timedelta(days=1)) == 12 + 6
    later = Slot.objects.filter(starts_at__date=MONDAY + timedelta(days=1)).first()
    assert later is not None
    assert (later.public_seats, later.internal_seats, later.ends_at - later.starts_at) == (4, 1, timedelta(hours=1))


@pytest.mark.requirement("yatsushiro-01")
def test_a_sunday_opening_and_a_leap_day(town: Town) -> None:
    DatedOpening.objects.create(calendar=town.office.calendar, day=SUNDAY, opens=time(9), closes=time(10))
    assert make(town, SUNDAY, SUNDAY) == 2
    assert make(town, date(2028, 2, 29), date(2028, 2, 29)) == 12


def test_a_slot_at_midnight_belongs_to_its_local_day(town: Town) -> None:
    DatedOpening.objects.create(calendar=town.office.calendar, day=SUNDAY, opens=time(0), closes=time(0, 30))
    assert make(town, SUNDAY, SUNDAY) == 1
    assert list(Slot.objects.of_day(town.office, SUNDAY)) == list(Slot.objects.all())
    assert not Slot.objects.of_day(town.office, SUNDAY - timedelta(days=1)).exists()


def test_the_command_and_the_task_reach_the_horizon(town: Town) -> None:
    call_command("materialise_slots")
    made = Slot.objects.count()
    last = Slot.objects.order_by("-starts_at")[0]
    horizon = timezone.localdate() + timedelta(days=current_city().rules.horizon_days)
    assert timezone.localdate(last.starts_at) in (horizon - timedelta(days=n) for n in range(3))
    assert set(Slot.objects.values_list("office", flat=True)) == {town.office.pk, town.elsewhere.pk}
    materialise_slots()
    assert Slot.objects.count() == made


def test_making_does_not_touch_bookings(town: Town) -> None:
    slot = make_slot(town.office)
    Slot.objects.filter(pk=slot.pk).update(public_taken=1)
    call_command("materialise_slots")
    slot.refresh_from_db()
    assert slot.public_taken == 1
