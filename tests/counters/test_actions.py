"""From arrival to outcome: what each action does, what it refuses, and what a second tap changes (nothing)."""

import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone

from applications.models import Application, ApplicationState
from audit.models import AuditEvent
from counters.actions import (
    visit_arrive,
    visit_await_review,
    visit_finish,
    visit_leave,
    visit_miss,
    visit_review_answered,
    visit_serve,
    visit_walk_in,
)
from counters.errors import (
    BookingCancelled,
    BookingNotForToday,
    BookingNotOver,
    NotInReview,
    ReasonMissing,
    ReviewNotApproved,
    SignatureMissing,
)
from counters.models import REASONS, Outcome, Reason, ReviewResult, Visit, VisitState
from reservations.actions import reservation_cancel
from reservations.errors import StateNotAllowed
from reservations.models import CancelReason, Reservation, ReservationState
from review.actions import case_claim, case_decide
from review.errors import LeaseLost
from review.models import Case, CaseState, Verdict
from tests.counters.desk import Desk
from tests.reservations.town import SYSTEM


def events(action: str) -> int:
    return AuditEvent.objects.filter(action=action).count()


# -- arrival --------------------------------------------------------------------------------------
def test_arrival_makes_a_visit_and_marks_the_booking(desk: Desk) -> None:
    reservation = desk.booking()
    visit = visit_arrive(reservation=reservation, by=desk.by)
    reservation.refresh_from_db()
    assert (visit.state, visit.office, visit.received_by) == (VisitState.ARRIVED, desk.town.office, desk.clerk)
    assert visit.arrived_at is not None
    assert reservation.state == ReservationState.VISITED
    assert events("visit.arrived") == 1


def test_a_second_tap_on_arrival_gets_the_same_visit(desk: Desk) -> None:
    reservation = desk.booking()
    first = visit_arrive(reservation=reservation, by=desk.by)
    visit_serve(visit=first, by=desk.by)
    second = visit_arrive(reservation=reservation, by=desk.by)
    assert (second.pk, second.state) == (first.pk, VisitState.SERVING)
    assert events("visit.arrived") == events("reservations.visited") == 1


@pytest.mark.parametrize("days", [-1, 1])
def test_a_booking_of_another_day_is_not_received(desk: Desk, days: int) -> None:
    reservation = desk.booking(days=days)
    with pytest.raises(BookingNotForToday):
        visit_arrive(reservation=reservation, by=desk.by)
    assert not Visit.objects.exists()


@pytest.mark.parametrize(("clock", "received"), [("00:01", True), ("23:59", True)])
def test_today_is_the_day_of_the_office_not_of_greenwich(desk: Desk, clock: str, received: bool) -> None:
    reservation = desk.booking(hour=16)
    with time_machine.travel(f"2026-11-18T{clock}:00+09:00", tick=False):
        assert (visit_arrive(reservation=reservation, by=desk.by).state == VisitState.ARRIVED) is received


def test_a_cancelled_booking_is_not_received(desk: Desk) -> None:
    reservation = desk.booking(hour=11)
    reservation_cancel(reservation=reservation, reason=CancelReason.OTHER, by=SYSTEM)
    with pytest.raises(BookingCancelled):
        visit_arrive(reservation=reservation, by=desk.by)
    assert not Visit.objects.exists()


def test_a_booking_whose_time_went_away_is_not_received(desk: Desk) -> None:
    reservation = desk.booking()
    Reservation.objects.filter(pk=reservation.pk).update(state=ReservationState.ORPHANED)
    with pytest.raises(BookingCancelled):
        visit_arrive(reservation=reservation, by=desk.by)


# -- walk-ins -------------------------------------------------------------------------------------
def test_a_walk_in_is_received_without_a_booking(desk: Desk) -> None:
    visit = desk.walk_in()
    assert (visit.state, visit.reservation, visit.received_by) == (VisitState.ARRIVED, None, desk.clerk)
    assert events("visit.walked_in") == 1


def test_a_form_sent_twice_is_one_walk_in(desk: Desk) -> None:
    key = uuid.uuid4()
    office, procedure = desk.town.office, desk.town.renewal
    visits = [visit_walk_in(office=office, procedure=procedure, key=key, by=desk.by) for _ in range(2)]
    assert visits[0].pk == visits[1].pk
    assert Visit.objects.count() == events("visit.walked_in") == 1


# -- at the counter -------------------------------------------------------------------------------
def test_serving_drafts_the_application_form_once(desk: Desk) -> None:
    visit = visit_arrive(reservation=desk.booking(), by=desk.by)
    first = visit_serve(visit=visit, by=desk.by)
    second = visit_serve(visit=visit, by=desk.by)
    assert first.application_id == second.application_id is not None
    assert first.serving_at == second.serving_at is not None
    assert Application.objects.get().state == ApplicationState.DRAFTED
    assert Application.objects.get().reservation == visit.reservation
    assert events("visit.serving") == 1


def test_nothing_goes_to_the_city_without_a_signature(desk: Desk) -> None:
    visit = desk.serving()
    with pytest.raises(SignatureMissing):
        visit_await_review(visit=visit, by=desk.by)
    visit.refresh_from_db()
    assert visit.state == VisitState.SERVING


def test_a_new_round_forgets_the_answer_before(desk: Desk) -> None:
    case = desk.answered(Verdict.RESHOOT)
    assert case.visit.review_result == ReviewResult.RESHOOT
    visit = visit_await_review(visit=case.visit, by=desk.by)
    assert visit.review_result == ReviewResult.NONE


def test_an_answer_is_taken_only_while_somebody_waits_for_it(desk: Desk) -> None:
    visit = desk.signed()
    with pytest.raises(NotInReview):
        visit_review_answered(visit=visit, result=ReviewResult.APPROVED, by=desk.city)
    visit.refresh_from_db()
    assert visit.review_result == ReviewResult.NONE


def test_a_page_left_open_does_not_take_a_visit_out_of_review(desk: Desk) -> None:
    """対応を始める on a second tablet, after the first one has sent the pictures."""
    case = desk.submitted()
    with pytest.raises(Exception, match="審査を待っている来局"):
        visit_serve(visit=case.visit, by=desk.by)
    desk.decide(case, Verdict.APPROVED)


# -- the end --------------------------------------------------------------------------------------
@pytest.mark.requirement("fukuoka-25")
def test_finishing_keeps_outcome_note_and_who(desk: Desk) -> None:
    visit = visit_finish(
        visit=desk.answered(Verdict.APPROVED).visit, outcome=Outcome.COMPLETED, note="控えを渡した", by=desk.by
    )
    assert (visit.state, visit.outcome, visit.note) == (VisitState.FINISHED, Outcome.COMPLETED, "控えを渡した")
    assert visit.finished_by == desk.clerk
    assert visit.finished_at is not None


@pytest.mark.parametrize("verdict", [Verdict.RESHOOT, Verdict.REJECTED])
def test_completed_needs_the_citys_approval(desk: Desk, verdict: Verdict) -> None:
    visit = desk.answered(verdict).visit
    with pytest.raises(ReviewNotApproved):
        visit_finish(visit=visit, outcome=Outcome.COMPLETED, by=desk.by)
    assert Case.objects.get().state == verdict.value  # the case is not withdrawn by a finish that failed


def test_completed_is_refused_before_any_review(desk: Desk) -> None:
    with pytest.raises(ReviewNotApproved):
        visit_finish(visit=desk.signed(), outcome=Outcome.COMPLETED, by=desk.by)


@pytest.mark.parametrize("outcome", [outcome for outcome in Outcome if outcome != Outcome.COMPLETED])
def test_every_other_outcome_is_possible_at_the_counter(desk: Desk, outcome: Outcome) -> None:
    reason = next(iter(REASONS.get(outcome, ())), None)
    assert visit_finish(visit=desk.serving(), outcome=outcome, reason=reason, by=desk.by).outcome == outcome


@pytest.mark.parametrize("outcome", REASONS)
def test_an_outcome_that_does_not_explain_itself_needs_its_reason(desk: Desk, outcome: Outcome) -> None:
    visit = desk.serving()
    with pytest.raises(ReasonMissing):
        visit_finish(visit=visit, outcome=outcome, by=desk.by)
    assert Visit.objects.get().state == VisitState.SERVING
    ended = {"state": VisitState.FINISHED, "outcome": outcome, "finished_at": timezone.now()}
    with pytest.raises(IntegrityError, match="visit_outcome_has_reason"), transaction.atomic():
        Visit.objects.filter(pk=visit.pk).update(**ended)


def test_a_second_tap_on_finish_changes_nothing(desk: Desk) -> None:
    visit = desk.serving()
    first = desk.sent_on(visit)
    second = visit_finish(visit=visit, outcome=Outcome.REFERRED, note="もう一度", by=desk.by)
    assert (second.finished_at, second.note) == (first.finished_at, "")
    assert events("visit.finished") == 1


def test_a_finished_visit_cannot_get_another_outcome(desk: Desk) -> None:
    visit = desk.sent_on(desk.serving())
    with pytest.raises(Exception, match="すでに「完了」です"):
        visit_finish(visit=visit, outcome=Outcome.WITHDRAWN, reason=Reason.NO_TIME, by=desk.by)


@pytest.mark.parametrize("claimed", [False, True])
def test_who_leaves_during_review_is_no_longer_looked_at(desk: Desk, claimed: bool) -> None:

    case = desk.submitted()
    if claimed:
        case = case_claim(case=case, by=desk.city)
    visit_leave(visit=case.visit, by=desk.by)
    left = Case.objects.get()
    assert left.state == CaseState.WITHDRAWN
    assert not Case.objects.waiting().exists()
    assert left.claimed_by is None
    assert events("case.withdrawn") == events("visit.left") == 1


def test_a_decision_comes_too_late_for_who_has_left(desk: Desk) -> None:

    case = case_claim(case=desk.submitted(), by=desk.city)
    visit_leave(visit=case.visit, by=desk.by)
    assert case.lease_token is not None
    with pytest.raises(LeaseLost):
        case_decide(
            case=case,
            token=case.lease_token,
            version=case.version,
            verdict=Verdict.APPROVED,
            reason=None,
            remarks="",
            by=desk.city,
        )
    assert Visit.objects.get().state == VisitState.LEFT


def test_another_outcome_withdraws_pictures_that_were_not_sent(desk: Desk) -> None:
    case = desk.case()
    desk.picture(case)
    visit_finish(visit=case.visit, outcome=Outcome.MISSING_PAPERS, reason=Reason.NO_CARD, by=desk.by)
    assert Case.objects.get().state == CaseState.WITHDRAWN


def test_an_answered_case_stays_as_the_city_left_it(desk: Desk) -> None:
    case = desk.answered(Verdict.APPROVED)
    visit_finish(visit=case.visit, outcome=Outcome.COMPLETED, by=desk.by)
    assert Case.objects.get().state == CaseState.APPROVED


# -- people who do not come -----------------------------------------------------------------------
def test_a_missed_booking_is_recorded_and_a_second_tap_changes_nothing(desk: Desk) -> None:
    reservation = desk.booking()
    first = visit_miss(reservation=reservation, by=desk.by)
    second = visit_miss(reservation=reservation, by=desk.by)
    reservation.refresh_from_db()
    assert (first.pk, second.state) == (second.pk, VisitState.MISSED)
    assert reservation.state == ReservationState.NO_SHOW
    assert events("visit.missed") == 1


def test_nobody_is_missed_before_the_booked_time(desk: Desk) -> None:
    reservation = desk.booking(hour=10, minute=30)
    with pytest.raises(BookingNotOver):
        visit_miss(reservation=reservation, by=desk.by)
    with time_machine.travel(timezone.now() + timedelta(minutes=31), tick=False):
        assert visit_miss(reservation=reservation, by=desk.by).state == VisitState.MISSED


def test_who_is_here_cannot_be_missed(desk: Desk) -> None:
    reservation = desk.booking()
    visit_arrive(reservation=reservation, by=desk.by)
    with pytest.raises(StateNotAllowed):
        visit_miss(reservation=reservation, by=desk.by)
    assert Visit.objects.get().state == VisitState.ARRIVED


def test_arrival_undoes_a_miss(desk: Desk) -> None:
    reservation = desk.booking()
    visit_miss(reservation=reservation, by=desk.by)
    visit = visit_arrive(reservation=reservation, by=desk.by)
    reservation.refresh_from_db()
    assert (visit.state, reservation.state) == (VisitState.ARRIVED, ReservationState.VISITED)
    assert visit.arrived_at is not None


# -- the audit log --------------------------------------------------------------------------------
Broken = Callable[[], AbstractContextManager[None]]
Prepared = Callable[[Desk], Callable[[], object]]


def _arrival(desk: Desk) -> Callable[[], object]:
    reservation = desk.booking()
    return lambda: visit_arrive(reservation=reservation, by=desk.by)


def _miss(desk: Desk) -> Callable[[], object]:
    reservation = desk.booking()
    return lambda: visit_miss(reservation=reservation, by=desk.by)


def _serve(desk: Desk) -> Callable[[], object]:
    visit = desk.walk_in()
    return lambda: visit_serve(visit=visit, by=desk.by)


def _await_review(desk: Desk) -> Callable[[], object]:
    visit = desk.signed()
    return lambda: visit_await_review(visit=visit, by=desk.by)


def _answered(desk: Desk) -> Callable[[], object]:
    visit = desk.submitted().visit
    return lambda: visit_review_answered(visit=visit, result=ReviewResult.APPROVED, by=desk.city)


def _finish(desk: Desk) -> Callable[[], object]:
    visit = desk.case().visit
    return lambda: desk.sent_on(visit)


def _leave(desk: Desk) -> Callable[[], object]:
    visit = desk.submitted().visit
    return lambda: visit_leave(visit=visit, by=desk.by)


EVERY_ACTION: dict[str, Prepared] = {
    "arrive": _arrival,
    "walk_in": lambda desk: desk.walk_in,
    "serve": _serve,
    "await_review": _await_review,
    "answered": _answered,
    "finish": _finish,
    "leave": _leave,
    "miss": _miss,
}


def everything() -> list[object]:
    return [list(model._default_manager.order_by("pk").values()) for model in (Visit, Reservation, Application, Case)]


@pytest.mark.parametrize("name", EVERY_ACTION)
def test_without_its_audit_event_nothing_is_saved(desk: Desk, audit_cannot_be_written: Broken, name: str) -> None:
    act = EVERY_ACTION[name](desk)
    before = everything()
    with audit_cannot_be_written():
        act()
    assert everything() == before
