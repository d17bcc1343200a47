"""At the counter: served, sent to the city, answered, and worked on at the terminal (fukuoka-25)."""

from django.db import transaction
from django.utils import timezone

from applications.actions import application_draft
from applications.models import ApplicationState
from audit.actions import record
from audit.actors import Actor
from audit.moves import MoveNotAllowed
from counters.actions.held import held, move, tell
from counters.errors import NotInReview, ReviewNotApproved, SignatureMissing
from counters.models import ReviewResult, Visit, VisitState


@transaction.atomic
def visit_serve(*, visit: Visit, by: Actor) -> Visit:
    """The person is at the counter now; the application form is ready from here on. A second tap changes nothing."""
    visit = held(visit)
    if visit.state == VisitState.SERVING:
        return visit
    if visit.state == VisitState.AWAITING_REVIEW:
        # Only the city's answer brings it back to the counter.
        raise MoveNotAllowed("審査を待っている来局です。画面を開き直して、今の状態を確かめてください。")
    move(visit, VisitState.SERVING)
    visit.serving_at = visit.serving_at or timezone.now()
    if visit.application is None:
        visit.application = application_draft(reservation=visit.reservation, by=by)
    visit.save()
    record(action="visit.serving", subject=visit, by=by)
    tell(visit)
    return visit


@transaction.atomic
def visit_await_review(*, visit: Visit, by: Actor) -> Visit:
    """The pictures are with the city. Raises SignatureMissing when the form is not signed."""
    visit = held(visit)
    move(visit, VisitState.AWAITING_REVIEW)
    if visit.application is None or visit.application.state == ApplicationState.DRAFTED:
        raise SignatureMissing
    visit.review_result = ReviewResult.NONE
    visit.submitted_at, visit.answered_at = timezone.now(), None
    visit.save()
    record(action="visit.awaiting_review", subject=visit, by=by)
    tell(visit)
    return visit


@transaction.atomic
def visit_review_answered(*, visit: Visit, result: ReviewResult, by: Actor) -> Visit:
    """The city has answered: the visit goes on at the counter. Raises NotInReview when nobody waits for an answer."""
    visit = held(visit)
    if visit.state != VisitState.AWAITING_REVIEW:
        raise NotInReview
    move(visit, VisitState.SERVING)
    visit.review_result = result
    visit.answered_at = timezone.now()
    visit.save()
    record(action="visit.review_answered", subject=visit, by=by, detail={"result": result})
    tell(visit)
    return visit


@transaction.atomic
def visit_terminal_begin(*, visit: Visit, by: Actor) -> Visit:
    """Work at the city's terminal begins; it is not connected to us, so the clerk says so. Repeatable.

    Raises ReviewNotApproved.
    """
    visit = held(visit)
    if visit.state != VisitState.SERVING or visit.review_result != ReviewResult.APPROVED:
        raise ReviewNotApproved("市の審査で承認されていないため、端末処理を始められません。")
    if visit.terminal_at is not None:
        return visit
    visit.terminal_at = timezone.now()
    visit.save(update_fields=["terminal_at"])
    record(action="visit.terminal_begun", subject=visit, by=by)
    tell(visit)
    return visit
