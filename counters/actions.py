"""The only writers of this room: from arrival to outcome (fukuoka-25)."""

from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from applications.actions import application_draft
from applications.models import ApplicationState
from audit.actions import record
from audit.actors import Actor
from audit.moves import MoveNotAllowed, refuse_unless_allowed
from counters.endings import before_ending
from counters.errors import (
    BookingCancelled,
    BookingNotForToday,
    BookingNotOver,
    NotInReview,
    ReviewNotApproved,
    SignatureMissing,
)
from counters.models import VISIT_MOVES, Outcome, ReviewResult, Visit, VisitState
from live.notify import notify
from postoffices.models import Office, Procedure
from reservations.actions import reservation_mark_no_show, reservation_mark_visited
from reservations.models import Reservation, ReservationState


@transaction.atomic
def visit_arrive(*, reservation: Reservation, by: Actor) -> Visit:
    """The booked person is here. A second tap gets the first one's visit.

    Raises BookingNotForToday or BookingCancelled.
    """
    reservation = _locked(reservation)
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


def visit_walk_in(*, office: Office, procedure: Procedure, key: UUID | None = None, by: Actor) -> Visit:
    """Somebody came without a booking. `key` is the form's: sending it twice gives the first visit back."""
    try:
        return _walk_in(office, procedure, key, by)
    except IntegrityError:
        if found := Visit.objects.filter(key=key, key__isnull=False, office=office).first():
            return found
        raise


@transaction.atomic
def _walk_in(office: Office, procedure: Procedure, key: UUID | None, by: Actor) -> Visit:
    visit = Visit.objects.create(
        office=office, procedure=procedure, key=key, arrived_at=timezone.now(), received_by_id=by.user_id
    )
    record(action="visit.walked_in", subject=visit, by=by)
    _tell(visit)
    return visit


@transaction.atomic
def visit_serve(*, visit: Visit, by: Actor) -> Visit:
    """The person is at the counter now; the application form is ready from here on. A second tap changes nothing."""
    visit = _held(visit)
    if visit.state == VisitState.SERVING:
        return visit
    if visit.state == VisitState.AWAITING_REVIEW:
        # Only the city's answer brings it back to the counter.
        raise MoveNotAllowed("審査を待っている来局です。画面を開き直して、今の状態を確かめてください。")
    _move(visit, VisitState.SERVING)
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
    visit = _held(visit)
    _move(visit, VisitState.AWAITING_REVIEW)
    if visit.application is None or visit.application.state == ApplicationState.DRAFTED:
        raise SignatureMissing
    visit.review_result = ReviewResult.NONE
    visit.save()
    record(action="visit.awaiting_review", subject=visit, by=by)
    _tell(visit)
    return visit


@transaction.atomic
def visit_review_answered(*, visit: Visit, result: ReviewResult, by: Actor) -> Visit:
    """The city has answered: the visit goes on at the counter. Raises NotInReview when nobody waits for an answer."""
    visit = _held(visit)
    if visit.state != VisitState.AWAITING_REVIEW:
        raise NotInReview
    _move(visit, VisitState.SERVING)
    visit.review_result = result
    visit.save()
    record(action="visit.review_answered", subject=visit, by=by, detail={"result": result})
    _tell(visit)
    return visit


@transaction.atomic
def visit_finish(*, visit: Visit, outcome: Outcome, note: str = "", by: Actor) -> Visit:
    """The visit ends with an outcome; a second tap with the same one changes nothing.

    Raises ReviewNotApproved for 'completed' without the city's approval.
    """
    before_ending(visit, by)
    visit = _held(visit)
    if visit.state == VisitState.FINISHED and visit.outcome == outcome:
        return visit
    _move(visit, VisitState.FINISHED)
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
    """The person went away before the end; what was still open with the city is withdrawn."""
    before_ending(visit, by)
    visit = _held(visit)
    if visit.state == VisitState.LEFT:
        return visit
    _move(visit, VisitState.LEFT)
    visit.note = note
    visit.finished_at = timezone.now()
    visit.finished_by_id = by.user_id
    visit.save()
    record(action="visit.left", subject=visit, by=by)
    _tell(visit)
    return visit


@transaction.atomic
def visit_miss(*, reservation: Reservation, by: Actor) -> Visit:
    """The booked person did not come. Arrival undoes it when the person comes after all.

    A second tap gets the first one's visit. Raises BookingNotOver before the booked time, StateNotAllowed.
    """
    reservation = _locked(reservation)
    if found := Visit.objects.filter(reservation=reservation, state=VisitState.MISSED).first():
        return found
    if reservation.slot.starts_at > timezone.now():
        raise BookingNotOver
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


def _locked(reservation: Reservation) -> Reservation:
    """The booking as it stands now: of two tablets that tap at once the second waits here for the first."""
    whole = Reservation.objects.select_related("slot", "office", "procedure")
    return whole.select_for_update(of=("self",)).get(pk=reservation.pk)


def _held(visit: Visit) -> Visit:
    """The visit as it stands now, locked."""
    whole = Visit.objects.select_related("office", "application", "reservation")
    return whole.select_for_update(of=("self",)).get(pk=visit.pk)


def _move(visit: Visit, state: VisitState) -> None:
    """Set the state of a locked visit; the caller saves. Raises MoveNotAllowed."""
    refuse_unless_allowed(VISIT_MOVES, visit.state, state)
    visit.state = state


def _tell(visit: Visit) -> None:
    notify(topic=f"office:{visit.office.code}", kind="visit", id=visit.pk)
