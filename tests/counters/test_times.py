"""How long each step took, how long people wait, and work after closing time."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from counters.actions import visit_arrive, visit_call, visit_finish, visit_serve, visit_terminal_begin
from counters.models import Outcome, Reason, Visit
from counters.times import levels, overrun, steps
from review.actions import case_submit
from review.models import Verdict
from tests.counters.desk import TEN_O_CLOCK, Desk
from tests.counters.rules import set_counter_rules
from tests.reservations.town import TARO


def at(clock: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-18T{clock}:00+09:00")


@pytest.mark.requirement("fukuoka-25")
def test_every_step_is_listed_in_order_with_the_time_since_the_one_before(desk: Desk) -> None:
    case = desk.answered(Verdict.RESHOOT)
    desk.picture(case)
    case = desk.decide(case_submit(case=case, by=desk.by), Verdict.APPROVED)
    visit_terminal_begin(visit=case.visit, by=desk.by)
    visit_finish(visit=case.visit, outcome=Outcome.COMPLETED, by=desk.by)
    visit = Visit.objects.select_related("application").get()
    assert [step.label for step in steps(visit)] == [
        "受付",
        "対応開始",
        "署名",
        "審査の依頼",
        "審査の結果（撮り直し）",
        "審査の依頼",
        "審査の結果（承認）",
        "端末処理の開始",
        "完了",
    ]
    assert steps(visit)[0].seconds is None
    assert all(step.seconds is not None and step.seconds >= 0 for step in steps(visit)[1:])


def test_a_call_and_an_open_request_are_steps_too(desk: Desk) -> None:
    visit = Visit.objects.get(pk=desk.submitted().visit.pk)
    assert [step.label for step in steps(visit)][-1] == "審査の依頼"
    called = visit_call(visit=desk.walk_in(), to="1", by=desk.by)
    assert [step.label for step in steps(called)] == ["受付", "呼び出し"]


# -- service levels -------------------------------------------------------------------------------
def test_waiting_counts_from_the_booked_time_for_who_comes_early(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    set_counter_rules(monkeypatch, waiting_minutes=10)
    visit_arrive(reservation=desk.booking(hour=10, minute=30), by=desk.by)
    early = levels(desk.town.office, at("10:35"))
    assert (early.waiting, early.longest_wait, early.wait_breached) == (1, 5 * 60, False)
    late = levels(desk.town.office, at("10:41"))
    assert (late.longest_wait, late.wait_breached) == (11 * 60, True)


def test_the_limit_itself_is_no_breach(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    set_counter_rules(monkeypatch, waiting_minutes=10)
    visit = desk.walk_in()
    assert visit.arrived_at is not None
    assert not levels(desk.town.office, visit.arrived_at + timedelta(minutes=10)).wait_breached
    assert levels(desk.town.office, visit.arrived_at + timedelta(minutes=10, seconds=1)).wait_breached


def test_reviews_are_measured_against_the_citys_minutes(desk: Desk) -> None:
    """The neutral rules ask for five minutes."""
    visit = desk.submitted().visit
    visit.refresh_from_db()
    assert visit.submitted_at is not None
    seen = levels(None, visit.submitted_at + timedelta(minutes=6))
    assert (seen.in_review, seen.longest_review, seen.review_breached) == (1, 6 * 60, True)


def test_shares_of_the_day(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    set_counter_rules(monkeypatch, waiting_minutes=10)
    nothing = levels(desk.town.office)
    assert (nothing.served_in_time, nothing.turned_in_time, nothing.longest_wait) == (None, None, None)
    quick, slow = desk.walk_in(), desk.walk_in()
    visit_serve(visit=quick, by=desk.by)
    with time_machine.travel(timezone.now() + timedelta(minutes=20)):
        visit_serve(visit=slow, by=desk.by)
        seen = levels(desk.town.office)
    assert (seen.served_in_time, seen.at_counter, seen.waiting) == (50, 2, 0)


def test_other_offices_and_yesterday_do_not_count(desk: Desk) -> None:
    desk.walk_in()
    assert levels(desk.town.elsewhere).waiting == 0
    assert levels(None).waiting == 1
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        assert levels(None).waiting == 0


# -- overrun --------------------------------------------------------------------------------------
@pytest.mark.requirement("yatsushiro-03")
def test_work_finished_after_closing_is_recorded(desk: Desk) -> None:
    """The town closes at 16:15."""
    before, after = visit_serve(visit=desk.walk_in(), by=desk.by), desk.serving()
    with time_machine.travel(at("16:10")):
        visit_finish(visit=before, outcome=Outcome.WITHDRAWN, reason=Reason.NO_TIME, by=desk.by)
    with time_machine.travel(at("16:40")):
        visit_finish(visit=after, outcome=Outcome.WITHDRAWN, reason=Reason.NO_TIME, by=desk.by)
    found = overrun(desk.town.office, TEN_O_CLOCK.date())
    assert found is not None
    assert (found.visits, found.minutes) == (1, 25)


def test_what_was_left_open_over_night_is_no_overrun(desk: Desk) -> None:
    visit = visit_arrive(reservation=desk.booking(person=TARO), by=desk.by)
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        visit_finish(
            visit=visit_serve(visit=visit, by=desk.by), outcome=Outcome.WITHDRAWN, reason=Reason.NO_TIME, by=desk.by
        )
    found = overrun(desk.town.office, TEN_O_CLOCK.date())
    assert found is not None
    assert (found.visits, found.minutes) == (0, 0)
    assert overrun(desk.town.office, datetime(2026, 11, 22, tzinfo=TEN_O_CLOCK.tzinfo).date()) is None
