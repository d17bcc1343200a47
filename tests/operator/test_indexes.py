"""Looking up stays quick with many rows: PostgreSQL can answer each question from an index."""

import pytest
from django.db import connection

from accounts.models import User
from reservations.models import ReservationQuerySet, SlotQuerySet
from reservations.operator.freetimes import Wanted, _fitting
from reservations.operator.search import bookings_asked_for, understand
from tests.reservations.town import Town, a_time


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
def test_what_callers_name_is_answered_from_indexes(operator: User, typed: str, indexes: set[str]) -> None:
    plan = plan_of(bookings_asked_for(operator, understand(typed)).order_by())
    assert all(index in plan for index in indexes), plan


def test_the_next_free_times_are_read_in_their_order(town: Town, operator: User) -> None:
    plan = plan_of(_fitting(operator, Wanted(town.renewal), a_time(days=0))[:20])
    assert "slot_starts_office" in plan or "slot_once_per_office_and_time" in plan, plan
