"""Which procedure may use which of the office's slots: for citizens, the desk, holds, moves and who waits."""

from datetime import date, time, timedelta

import pytest
import time_machine
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.roles import Role
from postoffices.city import current_city
from postoffices.models import DatedOpening, Procedure, ProcedureDay, ProcedureHours, ProcedureWeek, Stop
from postoffices.supply.edits import EditKind
from reservations.actions import reservation_book, reservation_move, seat_hold, slots_materialise
from reservations.availability import Vacancy, month, next_free, soonest, times
from reservations.deadlines import start_of
from reservations.errors import SlotClosed, SlotFull
from reservations.models import Hold, Reservation, ReservationState, Slot, Waiter, WaitState
from reservations.operator.freetimes import Wanted, free_times
from reservations.supply.actions import stop_lift
from reservations.tasks import offer_seats
from tests.people import staff_member
from tests.reservations.town import CITIZEN, HANAKO, SYSTEM, TARO, Town
from tests.supply.bureau import (
    BUREAU,
    a_monday,
    apply,
    assert_counters_tell_the_truth,
    assert_no_procedure_where_it_may_not_be,
    edit_of,
    open_days,
    stop,
    week_of,
)
from tests.supply.test_edits import local_times
from tests.waiting_list.queue import waiting

MORNINGS = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), "9:00-12:00")


@pytest.fixture
def face(town: Town) -> Procedure:
    """A second procedure of the office, beside the renewal."""
    town.office.procedures.add(town.other)
    return town.other


def clocks(town: Town, procedure: Procedure, day: date, people: int = 1) -> list[str]:
    return [f"{timezone.localtime(held.starts_at):%H:%M}" for held in times(town.office, procedure, day, people)]


@pytest.mark.requirement("fukutsu-06")
def test_fourteen_sundays_and_address_change_on_two_of_them(town: Town, face: Procedure) -> None:
    """Fukutsu's chapter 8: hours differ by the season, and on two Sundays the cards' faces are changed as well."""
    with time_machine.travel(start_of(date(2027, 3, 1)), tick=False):
        sundays = {
            date(2027, 3, 14): (9, 12),
            date(2027, 3, 28): (9, 13),
            date(2027, 4, 4): (9, 13),
            date(2027, 4, 18): (9, 12),
        }
        for day, (opens, closes) in sundays.items():
            DatedOpening.objects.create(calendar=town.office.calendar, day=day, opens=time(opens), closes=time(closes))
        week = [[[0, 1440]]] * 5 + [[], []]
        dates = {"2027-03-28": [[540, 780]], "2027-04-04": [[540, 780]]}
        ProcedureHours.objects.create(office=town.office, procedure=face, weekly=week, dates=dates)
        first, last = min(sundays), max(sundays)
        slots_materialise(office=town.office, first_day=first, last_day=last, by=SYSTEM)
        assert [len(clocks(town, town.renewal, day)) for day in sundays] == [6, 8, 8, 6]
        assert [len(clocks(town, face, day)) for day in sundays] == [0, 8, 8, 0]
        assert len(clocks(town, face, date(2027, 3, 15))) == 12, "a Monday is open for all"


@pytest.mark.requirement("kurume-08")
def test_a_holiday_of_issue_is_for_issue_alone(town: Town, face: Procedure) -> None:
    """Kurume's 休日交付: the bureau opens a Saturday and leaves one procedure out of it."""
    saturday = a_monday() + timedelta(days=5)
    apply([town.office], edit_of(EditKind.HOURS, saturday, periods=((time(8, 30), time(17)),), reason="休日交付"))
    plan = apply([town.office], edit_of(EditKind.CLOSE, saturday, procedure=town.renewal))
    assert plan.counts() | {"procedures": 17, "made": 0, "closed": 0} == plan.counts()
    assert (len(clocks(town, face, saturday)), clocks(town, town.renewal, saturday)) == (17, [])
    day = month(town.office, town.renewal, saturday.year, saturday.month)[saturday.day - 1]
    assert day.vacancy == Vacancy.CLOSED


def test_a_week_of_mornings_keeps_citizens_the_desk_and_every_hold_from_the_afternoon(
    town: Town, face: Procedure
) -> None:
    slots = open_days(town, a_monday())
    apply([town.office], week_of(face, **MORNINGS))
    assert clocks(town, face, a_monday()) == ["09:00", "09:30", "10:00", "10:30", "11:00", "11:30"]
    assert len(clocks(town, town.renewal, a_monday())) == 12
    Slot.objects.filter(starts_at__hour__lt=12).update(public_taken=2)
    assert soonest(town.office, face) == []
    assert next_free([town.office], face) == {town.office.pk: None}
    assert next_free([town.office], face, people=2) == {town.office.pk: None}
    Slot.objects.update(public_taken=0)
    operator = staff_member(Role.OPERATOR)
    found = free_times(operator, Wanted(face, first=a_monday(), last=a_monday())).times
    assert [timezone.localtime(held.slot.starts_at).hour for held in found] == [9, 9, 10, 10, 11, 11]
    for by in (CITIZEN, BUREAU):
        with pytest.raises(SlotClosed):
            seat_hold(slot_id=slots[6].pk, procedure=face, by=by)
        with pytest.raises(SlotClosed):
            seat_hold(slot_id=slots[6].pk, procedure=face, people=2, by=by)
    seat_hold(slot_id=slots[6].pk, procedure=town.renewal, by=CITIZEN)


def test_a_family_does_not_run_over_into_a_time_that_is_not_for_them(town: Town, face: Procedure) -> None:
    """Three people in two seats need two slots; of the last one before noon the second is missing."""
    slots = open_days(town, a_monday())
    apply([town.office], edit_of(EditKind.HOURS, a_monday(), periods=((time(9), time(16)),)))
    apply([town.office], week_of(face, **MORNINGS))
    assert [held.slot_id for held in times(town.office, face, a_monday(), 3) if held.vacancy.bookable][-1] == slots[
        4
    ].pk
    operator = staff_member(Role.OPERATOR)
    found = free_times(operator, Wanted(face, first=a_monday(), last=a_monday(), people=3)).times
    assert found[-1].slot.pk == slots[4].pk
    last = Slot.objects.get(pk=slots[5].pk)
    with pytest.raises(SlotFull):
        seat_hold(slot_id=last.pk, procedure=face, people=3, by=CITIZEN)
    seat_hold(slot_id=slots[4].pk, procedure=face, people=3, by=CITIZEN)
    assert_no_procedure_where_it_may_not_be()


def test_narrowing_a_procedure_orphans_its_bookings_and_gives_up_its_holds(town: Town, face: Procedure) -> None:
    slots = open_days(town, a_monday())
    _, token = seat_hold(slot_id=slots[8].pk, procedure=face, by=CITIZEN)
    afternoon = reservation_book(token=token, person=HANAKO, by=CITIZEN)
    _, token = seat_hold(slot_id=slots[8].pk, procedure=town.renewal, by=CITIZEN)
    other = reservation_book(token=token, person=HANAKO, by=CITIZEN)
    seat_hold(slot_id=slots[9].pk, procedure=face, by=CITIZEN)
    plan = apply([town.office], week_of(face, **MORNINGS), tell=True)
    assert (plan.orphaned, plan.counts()["released"], plan.counts()["kept"]) == ([afternoon.pk], 1, 1)
    afternoon.refresh_from_db()
    other.refresh_from_db()
    assert (afternoon.state, other.state) == (ReservationState.ORPHANED, ReservationState.CONFIRMED)
    assert not Hold.objects.exists()
    assert_counters_tell_the_truth()
    assert_no_procedure_where_it_may_not_be()
    _, token = seat_hold(slot_id=slots[0].pk, procedure=face, by=CITIZEN)
    moved = reservation_move(reservation=afternoon, token=token, by=CITIZEN)
    assert (moved.state, moved.slot_id) == (ReservationState.CONFIRMED, slots[0].pk)


def test_who_waits_is_offered_no_time_the_procedure_may_not_use(town: Town, face: Procedure) -> None:
    slots = open_days(town, a_monday())
    apply([town.office], week_of(face, **MORNINGS))
    Slot.objects.exclude(pk=slots[8].pk).update(public_seats=0)
    waiter, renewing = waiting(town, procedure=face), waiting(town)
    offer_seats()
    waiter.refresh_from_db()
    renewing.refresh_from_db()
    assert (waiter.state, renewing.state) == (WaitState.WAITING, WaitState.OFFERED)
    apply([town.office], week_of(face))
    assert Waiter.objects.get(pk=waiter.pk).state == WaitState.OFFERED, "in the same transaction that widened"


def test_lifting_a_stop_gives_no_time_back_that_the_procedure_lost_meanwhile(town: Town, face: Procedure) -> None:
    slot = open_days(town, a_monday())[8]
    _, token = seat_hold(slot_id=slot.pk, procedure=face, by=CITIZEN)
    booking = reservation_book(token=token, person=TARO, by=CITIZEN)
    stop(town.office, slot.starts_at, slot.ends_at)
    apply([town.office], week_of(face, **MORNINGS))
    assert stop_lift(stop=Stop.objects.get(), give_back=True, by=BUREAU) == 0
    booking.refresh_from_db()
    assert booking.state == ReservationState.ORPHANED
    assert_no_procedure_where_it_may_not_be()


def test_the_more_exact_word_holds_and_of_two_as_exact_the_bureaus(town: Town, face: Procedure) -> None:
    monday = a_monday()
    open_days(town, monday, 2)
    rule = {"weekly": [[[540, 600]]] * 7, "dates": {monday.isoformat(): [[780, 840]]}}
    ProcedureHours.objects.create(office=town.office, procedure=face, **rule)
    apply([town.office], edit_of(EditKind.CLOSE, monday + timedelta(days=9), procedure=face))  # brings nothing here
    apply([town.office], week_of(face, **(MORNINGS | {"mon": "10:00-11:00"})))
    assert clocks(town, face, monday) == ["13:00", "13:30"], "the profile's date before the bureau's week"
    assert clocks(town, face, monday + timedelta(days=1))[0] == "09:00", "the bureau's week before the profile's"
    apply([town.office], edit_of(EditKind.OPEN, monday, part=(time(15), time(16)), procedure=face))
    assert clocks(town, face, monday) == ["13:00", "13:30", "15:00", "15:30"], "the bureau's day before all"
    apply([town.office], edit_of(EditKind.PROFILE, monday, procedure=face))
    assert clocks(town, face, monday) == ["13:00", "13:30"]
    assert not ProcedureDay.objects.filter(day=monday).exists()


def test_parts_of_a_day_are_closed_opened_and_taken_back_for_one_procedure(town: Town, face: Procedure) -> None:
    monday = a_monday()
    open_days(town, monday)
    apply([town.office], edit_of(EditKind.CLOSE, monday, part=(time(9), time(15)), procedure=face))
    assert clocks(town, face, monday) == ["15:00", "15:30"]
    apply([town.office], edit_of(EditKind.PROFILE, monday, part=(time(9), time(10)), procedure=face))
    assert clocks(town, face, monday) == ["09:00", "09:30", "15:00", "15:30"]
    apply([town.office], edit_of(EditKind.HOURS, monday, periods=((time(11), time(12)),), procedure=face))
    assert clocks(town, face, monday) == ["11:00", "11:30"]
    assert len(local_times(monday)) == 12
    apply([town.office], edit_of(EditKind.PROFILE, monday, procedure=face))
    assert len(clocks(town, face, monday)) == 12
    assert not ProcedureDay.objects.exists()


def test_the_month_and_the_list_cost_as_many_queries_as_before(
    town: Town, face: Procedure, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    open_days(town, a_monday())
    apply([town.office], week_of(face, **MORNINGS))
    current_city()
    for people in (1, 3):
        with django_assert_num_queries(1):
            month(town.office, face, a_monday().year, a_monday().month, people)
        with django_assert_num_queries(1):
            soonest(town.office, face, people=people)


def test_new_days_come_with_the_rules_and_the_bureaus_week_goes_back(town: Town, face: Procedure) -> None:
    apply([town.office], week_of(face, **MORNINGS))
    open_days(town, a_monday())
    assert set(Slot.objects.exclude(barred=[]).values_list("office__code", flat=True)) == {"mihon"}
    assert len(clocks(town, face, a_monday())) == 6
    apply([town.office], week_of(face))
    assert len(clocks(town, face, a_monday())) == 12
    assert ProcedureWeek.objects.get().weekly is None
    assert not Reservation.objects.exists()
