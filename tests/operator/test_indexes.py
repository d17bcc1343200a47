"""Looking up stays quick with many rows: PostgreSQL can answer each question from an index."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import User
from reservations.models import Reservation, ReservationQuerySet, ReservationState, Slot, SlotQuerySet
from reservations.operator.freetimes import Wanted, _fitting
from reservations.operator.search import bookings_asked_for, understand
from tests.reservations.town import Town, a_time, make_slot

MANY = 2_000


def statistics_are_fresh() -> None:
    """What the planner knew of the tables before does not count: earlier tests left it nothing, or something else."""
    with connection.cursor() as cursor:
        cursor.execute(
            "ANALYZE reservations_reservation, reservations_slot, postoffices_office, postoffices_ward,"
            " postoffices_office_procedures"
        )


@pytest.fixture
def many_bookings(town: Town) -> None:
    """Cancelled bookings of so many different people: each index has something to be better at than the others."""
    slot = make_slot(town.office)
    Reservation.objects.bulk_create(
        Reservation(
            number=f"{number:09d}",
            token_hash=f"index-{number}",
            slot=slot,
            office=town.office,
            procedure=town.renewal,
            seat_kind="public",
            state=ReservationState.CANCELLED,
            cancelled_at=timezone.now(),
            name=f"{chr(0x4E00 + number)}{chr(0x5E00 + number)} 花子",
            reading=f"{chr(0x30A2 + number % 80)}{chr(0x30A2 + number // 80)} ハナコ",
            birth_date=date(1930, 1, 1) + timedelta(days=number),
            phone=f"{number:011d}",
        )
        for number in range(MANY)
    )
    statistics_are_fresh()


@pytest.fixture
def many_slots(town: Town) -> None:
    def times() -> Iterator[Slot]:
        for step in range(MANY):
            begins = a_time(days=1) + timedelta(hours=step)
            yield Slot(
                office=town.office,
                starts_at=begins,
                ends_at=begins + timedelta(hours=1),
                public_seats=1,
                internal_seats=1,
            )

    Slot.objects.bulk_create(times())
    statistics_are_fresh()


def plan_of(query: ReservationQuerySet | SlotQuerySet) -> str:
    """The plan when reading whole tables is out of the question, as it is with many rows."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL plan_cache_mode = force_generic_plan")
    return query.explain()


@pytest.mark.parametrize(
    ("typed", "indexes"),
    [
        ("000-1234-5678", {"reservation_phone"}),
        ("1980-2-29", {"reservation_birth_date"}),
        ("みほん", {"reservation_reading", "reservation_name"}),
        ("見本", {"reservation_reading", "reservation_name"}),
    ],
)
def test_what_callers_name_is_answered_from_indexes(
    many_bookings: None, operator: User, typed: str, indexes: set[str]
) -> None:
    plan = plan_of(bookings_asked_for(operator, understand(typed)).order_by())
    assert all(index in plan for index in indexes), plan


def test_the_next_free_times_are_read_in_their_order(many_slots: None, town: Town, operator: User) -> None:
    plan = plan_of(_fitting(operator, Wanted(town.renewal), a_time(days=0))[:20])
    assert "slot_starts_office" in plan or "slot_once_per_office_and_time" in plan, plan
