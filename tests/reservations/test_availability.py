"""What is free, and at what cost."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from postoffices.city import current_city
from reservations.availability import Vacancy, month, next_free, soonest, times, vacancy
from reservations.deadlines import first_bookable_day
from reservations.models import Slot
from tests.reservations.town import Book, Town, a_time, make_slot

NOW = datetime(2028, 2, 14, 10, tzinfo=ZoneInfo("Asia/Tokyo"))  # Monday; tomorrow may still be booked
TUESDAY = date(2028, 2, 15)


@pytest.fixture(autouse=True)
def _now(town: Town) -> object:
    with time_machine.travel(NOW, tick=False):
        current_city()  # read once for five seconds by every process, so it is no part of a page's cost
        yield


def slot_on(town: Town, day: date, hour: int = 9, seats: int = 1, taken: int = 0) -> Slot:
    days = (day - timezone.localdate()).days
    slot = make_slot(town.office, a_time(days=days, hour=hour), seats=seats)
    Slot.objects.filter(pk=slot.pk).update(public_taken=taken)
    return slot


def test_a_leap_month_tells_every_kind_of_day(
    town: Town, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    slot_on(town, date(2028, 2, 14), hour=15)
    slot_on(town, TUESDAY, seats=2)
    slot_on(town, date(2028, 2, 16), seats=10, taken=9)
    slot_on(town, date(2028, 2, 17), taken=1)
    slot_on(town, date(2028, 2, 29), hour=9, taken=1)
    free = slot_on(town, date(2028, 2, 29), hour=11)
    with django_assert_max_num_queries(4):
        days = month(town.office, town.renewal, 2028, 2)
    assert len(days) == 29
    found = {day.day.day: day.vacancy for day in days}
    assert [found[n] for n in (13, 14, 15, 16, 17, 18, 29)] == [
        Vacancy.PAST,
        Vacancy.PAST,
        Vacancy.OPEN,
        Vacancy.FEW,
        Vacancy.FULL,
        Vacancy.CLOSED,
        Vacancy.OPEN,
    ]
    assert (days[28].free, days[28].seats, days[28].first_free) == (1, 2, free.starts_at)


def test_days_beyond_the_horizon_are_not_yet_bookable(town: Town) -> None:
    days = month(town.office, town.renewal, 2028, 4)
    assert [day.vacancy for day in days[13:15]] == [Vacancy.CLOSED, Vacancy.NOT_YET]


def test_a_closed_day_before_the_first_bookable_one_is_closed_not_over(town: Town) -> None:
    """Friday evening: Monday is the first day that can still be booked."""
    with time_machine.travel(datetime(2028, 2, 18, 20, tzinfo=ZoneInfo("Asia/Tokyo")), tick=False):
        first = first_bookable_day(timezone.now(), office_id=town.office.pk, procedure_id=town.renewal.pk)
        assert first > date(2028, 2, 19)
        slot_on(town, date(2028, 2, 18))
        days = {day.day.day: day.vacancy for day in month(town.office, town.renewal, 2028, 2)}
    assert (days[18], days[19]) == (Vacancy.PAST, Vacancy.CLOSED)


def test_an_office_without_the_procedure_shows_nothing(town: Town) -> None:
    slot_on(town, TUESDAY)
    assert not any(day.vacancy.bookable for day in month(town.office, town.other, 2028, 2))
    assert times(town.office, town.other, TUESDAY) == []
    assert next_free([town.office], town.other) == {town.office.pk: None}


def test_the_times_of_a_day(town: Town, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    slot_on(town, TUESDAY, hour=10, taken=1)
    slot_on(town, TUESDAY, hour=9)
    with django_assert_num_queries(1):
        found = times(town.office, town.renewal, TUESDAY)
    assert [(time.starts_at.hour, time.vacancy) for time in found] == [(0, Vacancy.OPEN), (1, Vacancy.FULL)]


def test_no_times_after_the_deadline_or_beyond_the_horizon(town: Town) -> None:
    slot_on(town, date(2028, 2, 14), hour=15)
    slot_on(town, date(2028, 4, 15))
    assert times(town.office, town.renewal, date(2028, 2, 14)) == []
    assert times(town.office, town.renewal, date(2028, 4, 15)) == []


def test_the_next_free_time_of_each_office_in_one_query(
    town: Town, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    slot_on(town, date(2028, 2, 14), hour=15)
    slot_on(town, TUESDAY, hour=9, taken=1)
    free = slot_on(town, TUESDAY, hour=10)
    with django_assert_num_queries(1):
        found = next_free([town.office, town.elsewhere], town.renewal)
    assert found == {town.office.pk: free.starts_at, town.elsewhere.pk: None}
    assert [time.slot_id for time in soonest(town.office, town.renewal)] == [free.pk]


def test_a_held_seat_is_not_shown_as_free(town: Town, book: Book) -> None:
    slot = slot_on(town, TUESDAY)
    book(slot)
    assert times(town.office, town.renewal, TUESDAY)[0].vacancy is Vacancy.FULL
    assert next_free([town.office], town.renewal) == {town.office.pk: None}


@pytest.mark.parametrize(
    ("free", "seats", "expected"),
    [(0, 10, "full"), (1, 1, "open"), (1, 2, "open"), (1, 5, "few"), (2, 10, "few"), (3, 10, "open"), (10, 10, "open")],
)
def test_few_means_a_fifth_or_less(free: int, seats: int, expected: str) -> None:
    assert vacancy(free, seats) == expected


@pytest.mark.parametrize("bookings", [0, 40])
def test_the_month_costs_the_same_however_many_bookings(
    town: Town, book: Book, bookings: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    slot = slot_on(town, TUESDAY, seats=50)
    for _ in range(bookings):
        book(slot)
    with django_assert_num_queries(1):
        days = month(town.office, town.renewal, 2028, 2)
    assert days[14].free == 50 - bookings
    assert days[14].day - timedelta(days=1) == timezone.localdate()
