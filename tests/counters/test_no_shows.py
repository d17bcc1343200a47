"""The city's rule for people who do not come."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from counters.actions import visit_arrive, visits_mark_missed
from counters.models import Visit, VisitState
from counters.tasks import mark_missed
from reservations.models import ReservationState
from tests.counters.desk import Desk
from tests.counters.rules import set_counter_rules
from tests.reservations.town import SYSTEM, TARO


def test_without_a_rule_nobody_is_marked(desk: Desk) -> None:
    desk.booking()
    with time_machine.travel(timezone.now() + timedelta(days=3)):
        assert visits_mark_missed(by=SYSTEM) == 0
    assert not Visit.objects.exists()


def test_the_rule_marks_after_its_minutes_and_not_before(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    set_counter_rules(monkeypatch, no_show_minutes=20)
    reservation = desk.booking(hour=10, minute=0)
    for minutes, marked in ((19, 0), (21, 1), (22, 0)):
        with time_machine.travel(reservation.slot.starts_at + timedelta(minutes=minutes), tick=False):
            assert visits_mark_missed(by=SYSTEM) == marked, minutes
    reservation.refresh_from_db()
    assert (Visit.objects.get().state, reservation.state) == (VisitState.MISSED, ReservationState.NO_SHOW)


def test_who_comes_after_all_is_received_by_one_tap(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    set_counter_rules(monkeypatch, no_show_minutes=20)
    reservation = desk.booking()
    mark_missed()
    assert Visit.objects.get().state == VisitState.MISSED
    visit = visit_arrive(reservation=reservation, by=desk.by)
    assert visit.state == VisitState.ARRIVED
    mark_missed()
    assert Visit.objects.get().state == VisitState.ARRIVED


def test_who_has_arrived_is_not_marked(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    set_counter_rules(monkeypatch, no_show_minutes=20)
    visit_arrive(reservation=desk.booking(), by=desk.by)
    desk.booking(person=TARO)
    assert visits_mark_missed(by=SYSTEM) == 1
    assert sorted(Visit.objects.values_list("state", flat=True)) == [VisitState.ARRIVED, VisitState.MISSED]


def test_days_without_a_worker_are_made_up_for(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    set_counter_rules(monkeypatch, no_show_minutes=20)
    desk.booking()
    with time_machine.travel(timezone.now() + timedelta(days=4)):
        assert visits_mark_missed(by=SYSTEM) == 1
