"""Taking papers and tables out: what leaves the house is written down."""

from django.db import transaction

from accounts.models import User
from audit.actions import record
from audit.actors import Actor
from helpdesk.models import Ticket


@transaction.atomic
def report_take_out(*, ticket: Ticket, by: Actor) -> None:
    """Somebody took the report on a complaint or incident."""
    record(action="helpdesk.report_taken_out", subject=ticket, by=by, detail={"kind": ticket.kind})


@transaction.atomic
def figures_take_out(*, about: User, desk: str, first: str, last: str, by: Actor) -> None:
    """Somebody took the figures of these days as a table."""
    record(action="helpdesk.figures_taken_out", subject=about, by=by, detail={"desk": desk, "days": [first, last]})


@transaction.atomic
def caller_look_up(*, about: User, bookings: int, calls: int, by: Actor) -> None:
    """Somebody was shown what belongs to a caller's number; the number stays out of the log."""
    detail = {"bookings": bookings, "calls": calls}
    record(action="helpdesk.caller_looked_up", subject=about, by=by, detail=detail)
