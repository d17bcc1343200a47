"""The only writers of this room: from arrival to outcome (fukuoka-25)."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from applications.actions import application_draft
from applications.models import ApplicationState
from audit.actions import record
from audit.actors import Actor
from audit.moves import refuse_unless_allowed
from counters.errors import BookingCancelled, BookingNotForToday, ReviewNotApproved, SignatureMissing
from counters.models import VISIT_MOVES, Outcome, ReviewResult, Visit, VisitState
from live.notify import notify
from postoffices.models import Office, Procedure
from reservations.actions import reservation_mark_no_show, reservation_mark_visited
from reservations.models import Reservation, ReservationState


def visit_arrive(*, reservation: Reservation, by: Actor) -> Visit:
    """The booked person is here. A second tap gets the first one's visit.

    Raises BookingNotForToday or BookingCancelled.
    """
    try:
        return _arrive(reservation, by)
    except IntegrityError:
        # Two tablets tapped at once; the other one's visit is there now.
        return Visit.objects.get(reservation=reservation)


@transaction.atomic
def _arrive(reservation: Reservation, by: Actor) -> Visit:
    if found := Visit.objects.filter(reservation=reservation).exclude(state=VisitState.MISSED).first():
        return found
    if timezone.localdate(reservation.slot.starts_at) != timezone.localdate():
        raise BookingNotForToday
    if reservation.state in (ReservationState.CANCELLED, ReservationState.ORPHANED):
        raise BookingCancelled
    reservation_mark_visited(reservation=reservation, by=by)
    visit, _ = Visit.objects.update_or_create(
        reservation=reservation,
        defaults={
            "office": reservation.office,
            "procedure": reservation.procedure,
            "state": VisitState.ARRIVED,
            "arrived_at": timezone.now(),
            "received_by_id": by.user_id,
        },
    )
    record(action="visit.arrived", subject=visit, by=by)
    _tell(visit)
    return visit


@transaction.atomic
def visit_walk_in(*, office: Office, procedure: Procedure, by: Actor) -> Visit:
    """Somebody came without a booking."""
    visit = Visit.objects.create(
        office=office, procedure=procedure, arrived_at=timezone.now(), received_by_id=by.user_id
    )
    record(action="visit.walked_in", subject=visit, by=by)
    _tell(visit)
    return visit


@transaction.atomic
def visit_serve(*, visit: Visit, by: Actor) -> Visit:
    """The person is at the counter now; the application form is ready from here on."""
    visit = _moved(visit, VisitState.SERVING)
    visit.serving_at = visit.serving_at or timezone.now()
    if visit.application is None:
        visit.application = application_draft(reservation=visit.reservation, by=by)
    visit.save()
    record(action="visit.serving", subject=visit, by=by)
    _tell(visit)
    return visit


@transaction.atomic
def visit_await_review(*, visit: Visit, by: Actor) -> Visit:
    """The pictures are with the city. Raises SignatureMissing when the form is not signed."""
    visit = _moved(visit, VisitState.AWAITING_REVIEW)
    if visit.application is None or visit.application.state == ApplicationState.DRAFTED:
        raise SignatureMissing
    visit.review_result = ReviewResult.NONE
    visit.save()
    record(action="visit.awaiting_review", subject=visit, by=by)
    _tell(visit)
    return visit


@transaction.atomic
def visit_review_answered(*, visit: Visit, result: ReviewResult, by: Actor) -> Visit:
    """The city has answered: the visit goes on at the counter."""
    visit = _moved(visit, VisitState.SERVING)
    visit.review_result = result
    visit.save()
    record(action="visit.review_answered", subject=visit, by=by, detail={"result": result})
    _tell(visit)
    return visit


@transaction.atomic
def visit_finish(*, visit: Visit, outcome: Outcome, note: str = "", by: Actor) -> Visit:
    """The visit ends with an outcome. Raises ReviewNotApproved for 'completed' without the city's approval."""
    visit = _moved(visit, VisitState.FINISHED)
    if outcome == Outcome.COMPLETED and visit.review_result != ReviewResult.APPROVED:
        raise ReviewNotApproved
    visit.outcome = outcome
    visit.note = note
    visit.finished_at = timezone.now()
    visit.finished_by_id = by.user_id
    visit.save()
    record(action="visit.finished", subject=visit, by=by, detail={"outcome": outcome})
    _tell(visit)
    return visit


@transaction.atomic
def visit_leave(*, visit: Visit, note: str = "", by: Actor) -> Visit:
    """The person went away before the end."""
    visit = _moved(visit, VisitState.LEFT)
    visit.note = note
    visit.finished_at = timezone.now()
    visit.finished_by_id = by.user_id
    visit.save()
    record(action="visit.left", subject=visit, by=by)
    _tell(visit)
    return visit


@transaction.atomic
def visit_miss(*, reservation: Reservation, by: Actor) -> Visit:
    """The booked person did not come. Arrival undoes it when the person comes after all."""
    reservation_mark_no_show(reservation=reservation, by=by)
    visit = Visit.objects.create(
        office=reservation.office,
        procedure=reservation.procedure,
        reservation=reservation,
        state=VisitState.MISSED,
    )
    record(action="visit.missed", subject=visit, by=by)
    _tell(visit)
    return visit


def _moved(visit: Visit, state: VisitState) -> Visit:
    """The visit, locked and in its new state, not yet saved. Raises MoveNotAllowed."""
    locked = Visit.objects.select_for_update(of=("self",)).select_related("office", "application", "reservation")
    held = locked.get(pk=visit.pk)
    refuse_unless_allowed(VISIT_MOVES, held.state, state)
    held.state = state
    return held


def _tell(visit: Visit) -> None:
    notify(topic=f"office:{visit.office.code}", kind="visit", id=visit.pk)
