"""An inquiry's clock: it runs in the desk's working time and stands still while the other side is asked.

Everything is counted when it happens and kept: a later calendar or target changes no old figure.
"""

from datetime import datetime, timedelta

from helpdesk.desks import clock_of
from helpdesk.models import RUNNING, Ticket, TicketState
from postoffices.worktime import WorkClock


def start(ticket: Ticket, now: datetime) -> None:
    """Set the due times of a new inquiry from its targets."""
    clock = clock_of(ticket.desk)
    ticket.respond_due = clock.add(now, timedelta(minutes=ticket.target.respond_minutes))
    ticket.resolve_due = clock.add(now, timedelta(minutes=ticket.target.resolve_minutes))
    ticket.running_since = now


def retarget(ticket: Ticket, now: datetime) -> None:
    """After a change of priority: the new targets, less the working time that was used."""
    clock = clock_of(ticket.desk)
    used = timedelta(seconds=ticket.worked_seconds + _running_seconds(ticket, clock, now))
    if ticket.responded_at is None:
        ticket.respond_due = _due(clock, ticket, now, timedelta(minutes=ticket.target.respond_minutes) - used)
    left = timedelta(minutes=ticket.target.resolve_minutes) - used
    if ticket.running_since is None:
        ticket.left_seconds = max(0, int(left.total_seconds()))
    else:
        ticket.resolve_due = _due(clock, ticket, now, left)


def _due(clock: WorkClock, ticket: Ticket, now: datetime, left: timedelta) -> datetime:
    return clock.add(now, left) if left > timedelta(0) else max(ticket.opened_at, now)


def responded(ticket: Ticket, now: datetime) -> None:
    """The first answer; later ones change nothing."""
    if ticket.responded_at is None:
        ticket.responded_at = now
        ticket.responded_in_time = now <= ticket.respond_due


def moved(ticket: Ticket, new: TicketState, now: datetime) -> None:
    """Set state and clock. The caller has seen to it that the move is allowed."""
    runs, shall_run = ticket.running_since is not None, new in RUNNING
    if runs and not shall_run:
        _stop(ticket, now)
    elif shall_run and not runs:
        _go_on(ticket, now)
    ticket.state = new
    if new == TicketState.RESOLVED:
        responded(ticket, now)
        ticket.resolved_at = now
        ticket.resolved_in_time = now <= ticket.resolve_due
    elif new in RUNNING:
        ticket.resolved_at = ticket.resolved_in_time = None


def _stop(ticket: Ticket, now: datetime) -> None:
    clock = clock_of(ticket.desk)
    ticket.worked_seconds += _running_seconds(ticket, clock, now)
    ticket.left_seconds = int(clock.between(now, ticket.resolve_due).total_seconds())
    ticket.running_since = None


def _go_on(ticket: Ticket, now: datetime) -> None:
    """What was left is left again. One that was late stays late."""
    if ticket.left_seconds:
        ticket.resolve_due = clock_of(ticket.desk).add(now, timedelta(seconds=ticket.left_seconds))
    ticket.left_seconds = None
    ticket.running_since = now


def _running_seconds(ticket: Ticket, clock: WorkClock, now: datetime) -> int:
    if ticket.running_since is None:
        return 0
    return int(clock.between(ticket.running_since, now).total_seconds())
