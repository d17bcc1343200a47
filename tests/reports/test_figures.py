"""The figures equal what an independent count of the rows gives."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from counters.actions import visit_finish, visit_serve, visit_walk_in
from counters.models import Outcome, Reason, Visit
from reports.figures import figures
from reservations.models import Reservation
from review.models import Decision
from tests.reservations.town import SYSTEM, Town, make_town

pytestmark = pytest.mark.django_db

# Written in SQL on purpose: another way than the product's, straight from the rows and the local day.
COUNTED = {
    "booked": "SELECT count(*) FROM reservations_reservation WHERE {local}(booked_at) BETWEEN %s AND %s",
    "cancelled": "SELECT count(*) FROM reservations_reservation WHERE {local}(cancelled_at) BETWEEN %s AND %s",
    "scheduled": "SELECT count(*) FROM reservations_reservation r JOIN reservations_slot s ON s.id = r.slot_id "
    "WHERE r.state <> 'cancelled' AND {local}(s.starts_at) BETWEEN %s AND %s",
    "no_show": "SELECT count(*) FROM reservations_reservation r JOIN reservations_slot s ON s.id = r.slot_id "
    "WHERE r.state = 'no_show' AND {local}(s.starts_at) BETWEEN %s AND %s",
    "arrived": "SELECT count(*) FROM counters_visit WHERE {local}(arrived_at) BETWEEN %s AND %s",
    "walk_in": "SELECT count(*) FROM counters_visit WHERE reservation_id IS NULL AND {local}(arrived_at) "
    "BETWEEN %s AND %s",
    "finished": "SELECT count(*) FROM counters_visit WHERE state = 'finished' AND {local}(finished_at) "
    "BETWEEN %s AND %s",
    "left": "SELECT count(*) FROM counters_visit WHERE state = 'left' AND {local}(finished_at) BETWEEN %s AND %s",
}


def counted(sql: str, first: date, last: date) -> int:
    # {local}(x) is the date in Japan of a moment.
    with connection.cursor() as cursor:
        cursor.execute(
            sql.replace("{local}(", "date(timezone('Asia/Tokyo', ").replace(") BETWEEN", ")) BETWEEN"), [first, last]
        )
        (number,) = cursor.fetchone()
    return int(number)


@pytest.mark.requirement("fukuoka-33")
def test_totals_equal_an_independent_count_of_day_and_fortnight(played_day: date) -> None:
    for first in (played_day, played_day - timedelta(days=13)):
        totals = figures(first, played_day)["totals"]
        assert totals == {name: counted(sql, first, played_day) for name, sql in COUNTED.items()}
    assert totals["finished"] > 0
    assert totals["booked"] > 0


@pytest.mark.requirement("fukuoka-33", "fukuoka-25")
def test_every_breakdown_adds_up_to_the_totals(played_day: date) -> None:
    said = figures(played_day - timedelta(days=13), played_day)
    for breakdown in ("procedures", "wards", "offices", "days"):
        sums = {name: sum(row[name] for row in said[breakdown]) for name in said["totals"]}
        assert sums == said["totals"], breakdown
    assert sum(row["count"] for row in said["channels"]) == said["totals"]["booked"]
    assert sum(row["count"] for row in said["outcomes"]) == said["totals"]["finished"]


def test_answers_and_their_median_equal_the_decisions(played_day: date) -> None:
    first = played_day - timedelta(days=13)
    said = figures(first, played_day)["review"]
    waited = sorted(
        decision.decided_at - decision.submitted_at
        for decision in Decision.objects.all()
        if first <= timezone.localdate(decision.decided_at) <= played_day
    )
    assert sum(row["count"] for row in said["verdicts"]) == len(waited) > 0
    low, high = waited[(len(waited) - 1) // 2], waited[len(waited) // 2]
    assert said["median_seconds"] == round(((low + high) / 2).total_seconds())


@pytest.fixture
def visit(town_: Town) -> Visit:
    visit = visit_walk_in(office=town_.office, procedure=town_.renewal, by=SYSTEM)
    visit_serve(visit=visit, by=SYSTEM)
    return visit_finish(visit=visit, outcome=Outcome.MISSING_PAPERS, reason=Reason.NO_CARD, by=SYSTEM)


@pytest.fixture
def town_() -> Town:
    return make_town()


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2026-11-20T23:59:59.999999+09:00", date(2026, 11, 20)),
        ("2026-11-21T00:00:00+09:00", date(2026, 11, 21)),
        ("2027-03-31T23:59:59+09:00", date(2027, 3, 31)),
        ("2028-02-29T12:00:00+09:00", date(2028, 2, 29)),
    ],
)
def test_a_moment_counts_for_its_day_in_japan_only(visit: Visit, moment: str, day: date) -> None:
    Visit.objects.update(finished_at=datetime.fromisoformat(moment))
    around = {offset: figures(day + timedelta(days=offset), day + timedelta(days=offset)) for offset in (-1, 0, 1)}
    assert [around[offset]["totals"]["finished"] for offset in (-1, 0, 1)] == [0, 1, 0]


def test_a_quiet_period_says_nought_for_every_day() -> None:
    said: dict[str, Any] = figures(date(2030, 2, 1), date(2030, 2, 28))
    assert [row["day"] for row in said["days"]][-1] == "2030-02-28"
    assert len(said["days"]) == 28
    assert set(said["totals"].values()) == {0}
    assert said["procedures"] == []
    assert said["review"]["median_seconds"] is None
    assert not Reservation.objects.exists()
