"""Editing days: what the preview says is what is done, and nobody's booking is lost on the way."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, datetime, time, timedelta

import pytest
import time_machine
from django.utils import timezone

from audit.models import AuditEvent
from notifications.models import Message
from postoffices.models import CapacityPeriod, City, DatedOpening, DayRule
from postoffices.neutral import NEUTRAL_RULES
from postoffices.supply.edits import EditKind
from reservations.actions import reservation_cancel, reservation_mark_visited, seat_hold, slots_materialise
from reservations.availability import Vacancy, month, times
from reservations.models import CancelReason, Hold, Orphaning, Reservation, ReservationState, SeatKind, Slot
from reservations.supply.actions import slots_refit, supply_edit
from reservations.supply.errors import SupplyChanged
from tests.reservations.town import CITIZEN, HANAKO, SYSTEM, TARO, Book, Town
from tests.supply.bureau import BUREAU, a_monday, apply, assert_counters_tell_the_truth, edit_of, open_days, preview


def local_times(day: date) -> list[str]:
    """The starts of the bookable times of Mihon's day."""
    slots = Slot.objects.filter(office__code="mihon", starts_at__date=day, public_seats__gt=0).order_by("starts_at")
    return [f"{timezone.localtime(slot.starts_at):%H:%M}" for slot in slots]


@pytest.mark.requirement("fukuoka-09")
def test_closing_a_day_orphans_its_bookings_and_tells_them(town: Town, book: Book) -> None:
    first, *_others = open_days(town, a_monday())
    booking, _ = book(first)
    other, _ = book(first, person=TARO)
    edit = edit_of(EditKind.CLOSE, a_monday(), reason="設備点検")
    seen = preview([town.office], edit)
    assert seen.counts() | {"closed": 12, "orphaned": 2, "kept": 0} == seen.counts()
    assert apply([town.office], edit, tell=True).orphaned == [booking.pk, other.pk]
    assert set(Reservation.objects.values_list("state", flat=True)) == {ReservationState.ORPHANED}
    assert local_times(a_monday()) == []
    # A slot that bookings still name stays, without seats; the others are gone.
    assert Slot.objects.filter(office=town.office).count() == 1
    assert Message.objects.filter(purpose="orphaned").count() == 1
    assert Message.objects.get(purpose="orphaned").recipient == HANAKO.email
    assert "設備点検" in Message.objects.get(purpose="orphaned").body
    assert not Message.objects.filter(purpose="reminder", state="queued").exists()
    assert Orphaning.objects.filter(told_at__isnull=True).get().reservation == other
    assert_counters_tell_the_truth()


def test_only_the_office_that_is_edited_closes(town: Town) -> None:
    open_days(town, a_monday())
    apply([town.office], edit_of(EditKind.CLOSE, a_monday()))
    assert Slot.objects.filter(office=town.elsewhere).count() == 12
    apply([town.office, town.elsewhere], edit_of(EditKind.CLOSE, a_monday()))
    assert Slot.objects.count() == 0


@pytest.mark.requirement("yatsushiro-01", "fukutsu-06", "kurume-08")
def test_a_sunday_opens_with_its_own_hours_and_lunch_break(town: Town) -> None:
    sunday = a_monday() + timedelta(days=6)
    edit = edit_of(EditKind.HOURS, sunday, periods=((time(9), time(10)), (time(13), time(14))), reason="日曜開庁")
    assert apply([town.office], edit).counts()["made"] == 4
    assert local_times(sunday) == ["09:00", "09:30", "13:00", "13:30"]
    moved = edit_of(EditKind.PROFILE, sunday)
    assert apply([town.office], moved).counts()["closed"] == 4
    assert not DayRule.objects.exists()


@pytest.mark.requirement("fukuoka-09", "fukutsu-05")
def test_narrowing_keeps_who_booked_first(town: Town, book: Book) -> None:
    slot = open_days(town, a_monday())[0]
    early, _ = book(slot)
    late, _ = book(slot, person=TARO)
    plan = apply([town.office], edit_of(EditKind.SEATS, a_monday(), seats=(1, 0)))
    assert plan.orphaned == [late.pk]
    assert plan.counts() | {"narrowed": 12, "kept": 1, "orphaned": 1} == plan.counts()
    early.refresh_from_db()
    assert early.state == ReservationState.CONFIRMED
    assert_counters_tell_the_truth()


def test_an_internal_seat_at_the_same_time_saves_a_booking(town: Town, book: Book) -> None:
    slot = open_days(town, a_monday())[0]
    book(slot)
    late, _ = book(slot, person=TARO)
    plan = apply([town.office], edit_of(EditKind.SEATS, a_monday(), seats=(1, 1)))
    late.refresh_from_db()
    assert (plan.orphaned, plan.refitted) == ([], {late.pk: SeatKind.INTERNAL})
    assert (late.state, late.seat_kind) == (ReservationState.CONFIRMED, SeatKind.INTERNAL)
    assert_counters_tell_the_truth()


def test_widening_leaves_everyone_and_opens_seats(town: Town, book: Book) -> None:
    slot = open_days(town, a_monday())[0]
    book(slot)
    plan = apply([town.office], edit_of(EditKind.SEATS, a_monday(), seats=(5, 2)))
    assert plan.counts() | {"widened": 12, "kept": 1, "orphaned": 0} == plan.counts()
    slot.refresh_from_db()
    assert (slot.public_seats, slot.internal_seats, slot.public_taken) == (5, 2, 1)


def test_hours_and_seats_of_a_day_are_edited_apart(town: Town) -> None:
    apply([town.office], edit_of(EditKind.SEATS, a_monday(), seats=(4, 1)))
    apply([town.office], edit_of(EditKind.HOURS, a_monday(), periods=((time(10), time(11)),)))
    assert local_times(a_monday()) == ["10:00", "10:30"]
    assert set(Slot.objects.filter(public_seats__gt=0).values_list("public_seats", flat=True)) == {4}


def test_a_range_takes_only_its_weekdays(town: Town) -> None:
    monday = a_monday()
    open_days(town, monday, 14)
    edit = edit_of(EditKind.CLOSE, monday, monday + timedelta(days=13), weekdays=frozenset({0}))
    apply([town.office], edit)
    assert list(DayRule.objects.order_by("day").values_list("day", flat=True)) == [monday, monday + timedelta(days=7)]
    assert Slot.objects.filter(office=town.office).count() == 8 * 12


def test_holds_are_given_up_with_their_slot(town: Town, book: Book) -> None:
    slot = open_days(town, a_monday())[0]
    seat_hold(slot_id=slot.pk, procedure=town.renewal, by=CITIZEN)
    assert apply([town.office], edit_of(EditKind.CLOSE, a_monday())).counts()["released"] == 1
    assert not Hold.objects.exists()
    assert not Slot.objects.filter(office=town.office).exists()


def test_a_cancelled_booking_keeps_its_slots_row_and_nothing_else(town: Town, book: Book) -> None:
    slot = open_days(town, a_monday())[0]
    booking, _ = book(slot)
    reservation_cancel(reservation=booking, reason=CancelReason.OTHER, by=CITIZEN)
    apply([town.office], edit_of(EditKind.CLOSE, a_monday()))
    slot.refresh_from_db()
    assert (slot.public_seats, slot.public_taken) == (0, 0)
    booking.refresh_from_db()
    assert booking.state == ReservationState.CANCELLED


def test_who_came_early_keeps_the_seat(town: Town, book: Book) -> None:
    slot = open_days(town, a_monday())[0]
    booking, _ = book(slot)
    reservation_mark_visited(reservation=booking, by=SYSTEM)
    assert apply([town.office], edit_of(EditKind.CLOSE, a_monday())).orphaned == []
    slot.refresh_from_db()
    assert (slot.public_seats, slot.public_taken) == (1, 1)


def test_a_closed_time_is_closed_and_not_full_for_citizens(town: Town, book: Book) -> None:
    slot = open_days(town, a_monday())[0]
    book(slot)
    apply([town.office], edit_of(EditKind.HOURS, a_monday(), periods=((time(10), time(11)),)))
    shown = times(town.office, town.renewal, a_monday())
    assert [timezone.localtime(held.starts_at).hour for held in shown] == [10, 10]
    apply([town.office], edit_of(EditKind.CLOSE, a_monday()))
    day = month(town.office, town.renewal, a_monday().year, a_monday().month)[a_monday().day - 1]
    assert day.vacancy == Vacancy.CLOSED


def test_another_length_keeps_bookings_whose_time_still_begins(town: Town, book: Book) -> None:
    at_nine, half_past, *_rest = open_days(town, a_monday())
    stays, _ = book(at_nine)
    goes, _ = book(half_past, person=TARO)
    plan = apply([town.office], edit_of(EditKind.SEATS, a_monday(), seats=(2, 0), slot_minutes=60))
    assert plan.orphaned == [goes.pk]
    at_nine.refresh_from_db()
    assert at_nine.ends_at - at_nine.starts_at == timedelta(hours=1)
    stays.refresh_from_db()
    assert stays.state == ReservationState.CONFIRMED


def test_saving_is_refused_when_others_would_lose_their_time_than_was_shown(town: Town, book: Book) -> None:
    slot = open_days(town, a_monday())[0]
    edit = edit_of(EditKind.CLOSE, a_monday())
    seen = preview([town.office], edit).digest()
    booking, _ = book(slot)
    with pytest.raises(SupplyChanged):
        supply_edit(offices=[town.office], edit=edit, seen=seen, tell=False, by=BUREAU)
    booking.refresh_from_db()
    assert booking.state == ReservationState.CONFIRMED
    assert not DayRule.objects.exists()


def test_nothing_is_saved_without_its_event(
    town: Town, book: Book, audit_cannot_be_written: Callable[[], AbstractContextManager[None]]
) -> None:
    booking, _ = book(open_days(town, a_monday())[0])
    edit = edit_of(EditKind.CLOSE, a_monday())
    seen = preview([town.office], edit).digest()
    with audit_cannot_be_written():
        supply_edit(offices=[town.office], edit=edit, seen=seen, tell=True, by=BUREAU)
    booking.refresh_from_db()
    assert booking.state == ReservationState.CONFIRMED
    assert not DayRule.objects.exists()


def test_an_edit_leaves_one_event_and_one_for_each_lost_booking(town: Town, book: Book) -> None:
    booking, _ = book(open_days(town, a_monday())[0])
    apply([town.office], edit_of(EditKind.CLOSE, a_monday()))
    event = AuditEvent.objects.get(action="reservations.supply_edited")
    assert event.detail["counts"]["orphaned"] == 1
    assert AuditEvent.objects.get(action="reservations.orphaned").subject_id == str(booking.pk)


@pytest.mark.requirement("yatsushiro-02")
def test_the_national_systems_rest_is_never_bookable_whatever_is_edited(town: Town) -> None:
    rules = NEUTRAL_RULES.model_dump(mode="json") | {"maintenance": {"sunday_after_third_saturday": True}}
    City.objects.create(pk=1, slug="mihon", name="見本市", settings=rules)
    rest = date(2026, 12, 20)  # the Sunday after the third Saturday
    with time_machine.travel(timezone.make_aware(datetime.fromisoformat("2026-12-01 09:00")), tick=False):
        DatedOpening.objects.create(calendar=town.office.calendar, day=rest, opens=time(9), closes=time(12))
        edit = edit_of(EditKind.HOURS, rest, periods=((time(9), time(12)),))
        assert preview([town.office], edit).counts()["made"] == 0
        DayRule.objects.create(office=town.office, day=rest, opening="own").periods.create(
            opens=time(9), closes=time(12)
        )
        assert slots_materialise(office=town.office, first_day=rest, last_day=rest, by=SYSTEM) == 0


def test_times_that_have_begun_are_left_alone(town: Town, book: Book) -> None:
    monday = a_monday()
    slot, later = open_days(town, monday)[:2]
    booking, _ = book(slot)
    with time_machine.travel(slot.starts_at + timedelta(minutes=1), tick=False):
        apply([town.office], edit_of(EditKind.CLOSE, monday))
    booking.refresh_from_db()
    assert booking.state == ReservationState.CONFIRMED
    assert not Slot.objects.filter(pk=later.pk).exists()


@pytest.mark.parametrize(
    ("today", "day"),
    [("2028-02-01", date(2028, 2, 29)), ("2027-03-01", date(2027, 3, 31)), ("2027-03-20", date(2027, 4, 1))],
)
def test_leap_day_and_the_fiscal_years_end_are_days_like_others(town: Town, today: str, day: date) -> None:
    with time_machine.travel(timezone.make_aware(datetime.fromisoformat(today)), tick=False):
        open_days(town, day)
        assert len(local_times(day)) == 12
        apply([town.office], edit_of(EditKind.CLOSE, day))
        assert local_times(day) == []
        assert apply([town.office], edit_of(EditKind.PROFILE, day)).counts()["made"] == 12


def test_midnight_belongs_to_the_day_that_begins(town: Town) -> None:
    monday = a_monday()
    apply([town.office], edit_of(EditKind.HOURS, monday, periods=((time(0), time(0, 30)), (time(23), time(23, 30)))))
    assert local_times(monday) == ["00:00", "23:00"]
    apply([town.office], edit_of(EditKind.CLOSE, monday - timedelta(days=1)))
    assert local_times(monday) == ["00:00", "23:00"]
    apply([town.office], edit_of(EditKind.CLOSE, monday))
    assert local_times(monday) == []


def test_days_beyond_the_horizon_get_their_slots_when_it_comes(town: Town) -> None:
    far = timezone.localdate() + timedelta(days=300)
    far += timedelta(days=-far.weekday() % 7)
    edit = edit_of(EditKind.HOURS, far, periods=((time(9), time(10)),))
    assert apply([town.office], edit).counts()["made"] == 0
    assert slots_materialise(office=town.office, first_day=far, last_day=far, by=SYSTEM) == 2


def test_a_changed_profile_is_carried_over_to_slots_that_exist(town: Town, book: Book) -> None:
    slot = open_days(town, a_monday())[0]
    book(slot)
    late, _ = book(slot, person=TARO)
    CapacityPeriod.objects.filter(office=town.office).update(public_seats=1)
    plan = slots_refit(offices=[town.office], first=a_monday(), last=a_monday(), reason="枠数の変更", by=BUREAU)
    assert plan.counts() | {"narrowed": 12, "orphaned": 1, "kept": 1} == plan.counts()
    late.refresh_from_db()
    assert late.state == ReservationState.ORPHANED
    assert_counters_tell_the_truth()
