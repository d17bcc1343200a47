"""What every action on a visit begins and ends with: the locked row, the allowed move, the word to the screens."""

from audit.moves import refuse_unless_allowed
from counters.models import VISIT_MOVES, Visit, VisitState
from live.notify import notify
from reservations.models import Reservation


def locked(reservation: Reservation) -> Reservation:
    """The booking as it stands now: of two tablets that tap at once the second waits here for the first."""
    whole = Reservation.objects.select_related("slot", "office", "procedure")
    return whole.select_for_update(of=("self",)).get(pk=reservation.pk)


def held(visit: Visit) -> Visit:
    """The visit as it stands now, locked."""
    whole = Visit.objects.select_related("office", "application", "reservation")
    return whole.select_for_update(of=("self",)).get(pk=visit.pk)


def move(visit: Visit, state: VisitState) -> None:
    """Set the state of a locked visit; the caller saves. Raises MoveNotAllowed."""
    refuse_unless_allowed(VISIT_MOVES, visit.state, state)
    visit.state = state


def tell(visit: Visit) -> None:
    """Screens of the office fetch the visit anew, after the commit. Those on its wall hear that numbers changed."""
    notify(topic=f"office:{visit.office.code}", kind="visit", id=visit.pk)
    if visit.ticket_number is not None:
        notify(topic=f"calls:{visit.office.code}", kind="calls", id=visit.office.code)
