"""Numbered tickets and calling: what each action does, and whose turn it is."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from audit.models import AuditEvent
from audit.moves import MoveNotAllowed
from counters.actions import visit_arrive, visit_call, visit_call_back, visit_call_next, visit_leave, visit_serve
from counters.errors import NobodyToCall
from counters.models import Visit, VisitState
from tests.counters.desk import Desk
from tests.counters.rules import set_counter_rules
from tests.reservations.town import TARO


@pytest.fixture
def desk_with_tickets(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    set_counter_rules(monkeypatch, ticket_offices=[desk.town.office.code])
    return desk


@pytest.mark.requirement("fukutsu-03")
def test_everybody_who_arrives_gets_the_next_number(desk_with_tickets: Desk) -> None:
    first = visit_arrive(reservation=desk_with_tickets.booking(), by=desk_with_tickets.by)
    second = desk_with_tickets.walk_in()
    assert (first.ticket_number, second.ticket_number) == (1, 2)
    assert first.ticket_day == second.ticket_day == timezone.localdate()


def test_numbers_begin_anew_every_day(desk_with_tickets: Desk) -> None:
    desk_with_tickets.walk_in()
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        assert desk_with_tickets.walk_in().ticket_number == 1


def test_an_office_without_tickets_gives_none(desk: Desk) -> None:
    assert (desk.walk_in().ticket_number, desk.walk_in().ticket_day) == (None, None)


def test_a_second_tap_takes_no_second_number(desk_with_tickets: Desk) -> None:
    reservation = desk_with_tickets.booking()
    for _ in range(2):
        visit = visit_arrive(reservation=reservation, by=desk_with_tickets.by)
    assert visit.ticket_number == 1
    assert desk_with_tickets.walk_in().ticket_number == 2


def test_who_was_missed_gets_a_number_on_arrival(desk_with_tickets: Desk) -> None:
    missed = desk_with_tickets.visit_in(VisitState.MISSED)
    assert missed.reservation is not None
    assert missed.ticket_number is None
    assert visit_arrive(reservation=missed.reservation, by=desk_with_tickets.by).ticket_number == 1


@pytest.mark.requirement("yatsushiro-05", "fukutsu-03")
def test_a_call_says_where_to_and_may_be_repeated(desk: Desk) -> None:
    visit = visit_call(visit=desk.walk_in(), to="2", by=desk.by)
    first = visit.called_at
    assert (visit.state, visit.called_to) == (VisitState.CALLED, "2")
    again = visit_call(visit=visit, to="3", by=desk.by)
    assert (again.state, again.called_to) == (VisitState.CALLED, "3")
    assert first is not None
    assert again.called_at is not None
    assert again.called_at > first
    assert AuditEvent.objects.filter(action="visit.called").count() == 2


def test_who_does_not_answer_waits_again_and_keeps_the_turn(desk: Desk) -> None:
    first, second = desk.walk_in(), desk.walk_in()
    called = visit_call_next(office=desk.town.office, to="1", by=desk.by)
    assert called.pk == first.pk
    assert visit_call_next(office=desk.town.office, to="1", by=desk.by).pk == second.pk
    for _ in range(2):
        assert visit_call_back(visit=first, by=desk.by).state == VisitState.ARRIVED
    assert AuditEvent.objects.filter(action="visit.call_taken_back").count() == 1
    assert visit_call_next(office=desk.town.office, to="1", by=desk.by).pk == first.pk


def test_the_turn_is_by_booked_time_or_by_arrival_whichever_is_later(desk: Desk) -> None:
    """At ten: who booked for half past ten and came early waits behind the walk-in of five past."""
    early = visit_arrive(reservation=desk.booking(hour=10, minute=30), by=desk.by)
    late = visit_arrive(reservation=desk.booking(person=TARO), by=desk.by)
    with time_machine.travel(timezone.now() + timedelta(minutes=5)):
        walk_in = desk.walk_in()
    order = [visit_call_next(office=desk.town.office, to="1", by=desk.by).pk for _ in range(3)]
    assert order == [late.pk, walk_in.pk, early.pk]


def test_nobody_waits_nobody_is_called(desk: Desk) -> None:
    visit_serve(visit=desk.walk_in(), by=desk.by)
    visit_leave(visit=desk.walk_in(), by=desk.by)
    with pytest.raises(NobodyToCall):
        visit_call_next(office=desk.town.office, to="1", by=desk.by)


def test_people_of_another_office_or_day_are_not_called(desk: Desk) -> None:
    desk.walk_in()
    with pytest.raises(NobodyToCall):
        visit_call_next(office=desk.town.elsewhere, to="1", by=desk.by)
    with time_machine.travel(timezone.now() + timedelta(days=1)), pytest.raises(NobodyToCall):
        visit_call_next(office=desk.town.office, to="1", by=desk.by)
    assert Visit.objects.get().state == VisitState.ARRIVED


def test_who_is_served_is_not_called(desk: Desk) -> None:
    visit = desk.serving()
    with pytest.raises(MoveNotAllowed):
        visit_call(visit=visit, to="1", by=desk.by)
    with pytest.raises(MoveNotAllowed):
        visit_call_back(visit=visit, by=desk.by)
