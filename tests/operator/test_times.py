"""The next free times over all offices in one search."""

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from reservations.actions import seat_hold
from reservations.models import SeatKind, Slot
from reservations.operator.freetimes import PER_PAGE, FreeTimes, Wanted, free_times
from tests.operator.call import Desk, text
from tests.reservations.town import SYSTEM, Town, a_time, make_slot


def slots_of(found: FreeTimes) -> list[Slot]:
    return [time.slot for time in found.times]


def test_the_earliest_times_of_all_offices_come_first(town: Town, operator: User) -> None:
    late = make_slot(town.office, a_time(days=9))
    early = make_slot(town.elsewhere, a_time(days=8))
    assert slots_of(free_times(operator, Wanted(town.renewal))) == [early, late]


def test_full_past_and_unoffered_times_are_left_out(town: Town, operator: User) -> None:
    full = make_slot(town.office, a_time(), seats=1, internal=1)
    for kind in SeatKind:
        seat_hold(slot_id=full.pk, procedure=town.renewal, seat_kind=kind, by=SYSTEM)
    make_slot(town.office, timezone.now() - timedelta(minutes=5), seats=3)
    assert free_times(operator, Wanted(town.renewal)).times == []
    make_slot(town.office, a_time(days=8))
    assert free_times(operator, Wanted(town.other)).times == []


def test_internal_and_public_seats_are_told_apart(town: Town, operator: User) -> None:
    slot = make_slot(town.office, seats=3, internal=2)
    seat_hold(slot_id=slot.pk, procedure=town.renewal, seat_kind=SeatKind.INTERNAL, by=SYSTEM)
    (time,) = free_times(operator, Wanted(town.renewal)).times
    assert (time.internal, time.public) == (1, 3)


def test_days_weekdays_and_clock_narrow_the_search(town: Town, operator: User) -> None:
    morning, noon = make_slot(town.office, a_time(days=8, hour=9)), make_slot(town.office, a_time(days=8, hour=12))
    later = make_slot(town.office, a_time(days=10, hour=9))
    day = timezone.localdate() + timedelta(days=8)

    def found(**wish: object) -> list[Slot]:
        return slots_of(free_times(operator, Wanted(town.renewal, **wish)))  # type: ignore[arg-type]

    assert found(first=day, last=day) == [morning, noon]
    assert found(first=day + timedelta(days=1)) == [later]
    assert found(weekdays=(day.isoweekday(),)) == [morning, noon]
    assert found(begins=timezone.localtime(noon.starts_at).time()) == [noon]
    assert found(ends=timezone.localtime(noon.starts_at).time()) == [morning, later]
    assert found(office=town.elsewhere.code) == []
    assert found(ward=town.office.ward.code) == [morning, noon, later]


def test_more_times_are_pages_further(town: Town, operator: User) -> None:
    slots = [make_slot(town.office, a_time(days=7 + number)) for number in range(PER_PAGE + 1)]
    first = free_times(operator, Wanted(town.renewal))
    assert (slots_of(first), first.more) == (slots[:-1], True)
    second = free_times(operator, Wanted(town.renewal), page=2)
    assert (slots_of(second), second.more) == ([slots[-1]], False)


def test_a_time_that_citizens_cannot_take_any_more_is_marked(town: Town, desk: Desk) -> None:
    make_slot(town.office, timezone.now() + timedelta(minutes=30))
    assert "電話・窓口のみ" in text(desk.open())


def test_times_are_read_from_what_was_typed(town: Town, desk: Desk) -> None:
    make_slot(town.office, a_time(hour=9))
    make_slot(town.office, a_time(hour=14))
    page = text(desk.press("times", begins="１３時", weekday=["1", "2", "3", "4", "5", "6", "7"]))
    assert "14:00" in page
    assert "9:00" not in page


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"begins": "25"}, "時刻は"),
        ({"begins": "15", "ends": "13"}, "「何時から」より後"),
        ({"last_year": "2020", "last_month": "1", "last_day": "1"}, "今日より前"),
    ],
)
def test_a_wish_that_cannot_be_right_is_refused_with_the_typed_text_kept(
    desk: Desk, typed: dict[str, str], message: str
) -> None:
    response = desk.press("times", name="架空 太郎", **typed)
    assert response.status_code == 422
    assert message in text(response)
    assert 'value="架空 太郎"' in text(response)


def test_the_page_asks_the_same_number_of_questions_however_much_is_free(
    town: Town, desk: Desk, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    desk.open()  # the city is read once
    for number in range(PER_PAGE):
        make_slot(town.office, a_time(days=7 + number), internal=1)
        make_slot(town.elsewhere, a_time(days=7 + number))
    # Session, person, authenticator; procedures, offices, wards; the times.
    with django_assert_num_queries(7):
        desk.open()
