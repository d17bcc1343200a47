"""What a post office does with its questions: ask, read, add, and say that it is solved."""

from django.db import transaction
from django.utils import timezone

from audit.actions import record
from audit.actors import Actor
from helpdesk.actions import Asked, note_add, ticket_move, ticket_open
from helpdesk.errors import QuestionOver
from helpdesk.models import DeskCode, Note, NoteKind, Ticket, TicketChannel, TicketState

REOPENED = (TicketState.WAITING, TicketState.RESOLVED)


@transaction.atomic
def office_ask(*, asked: Asked, key: str, by: Actor) -> Ticket:
    """A question of `asked.office`; the same key once more gets the first one's. Raises PersonalDataRefused."""
    return ticket_open(desk=DeskCode.HELPDESK, channel=TicketChannel.FORM, asked=asked, key=key, by=by)


@transaction.atomic
def office_add(*, ticket: Ticket, text: str, key: str, by: Actor) -> Note:
    """More about the question; one that was answered is open again. Raises QuestionOver, PersonalDataRefused."""
    current = Ticket.objects.select_for_update(of=("self",)).get(pk=ticket.pk)
    if current.state == TicketState.CLOSED:
        raise QuestionOver
    note = note_add(ticket=current, kind=NoteKind.RECEIVED, text=text, key=key, by=by)
    if current.state in REOPENED:
        ticket_move(ticket=current, to=TicketState.OPEN, by=by)
    return note


@transaction.atomic
def office_confirm(*, ticket: Ticket, by: Actor) -> Ticket:
    """The office says that it is solved. Once more changes nothing.

    Raises MoveNotAllowed while it lies with the city, and StepsLeft or FindingsMissing for an incident.
    """
    current = Ticket.objects.select_for_update(of=("self",)).get(pk=ticket.pk)
    if current.state == TicketState.CLOSED:
        return current
    if current.state != TicketState.RESOLVED:
        current = ticket_move(ticket=current, to=TicketState.RESOLVED, by=by)
    current = ticket_move(ticket=current, to=TicketState.CLOSED, by=by)
    record(action="helpdesk.office_confirmed", subject=current, by=by)
    return current


@transaction.atomic
def office_read(*, ticket: Ticket, by: Actor) -> None:
    """Somebody of the office looked at the answer: nobody of it is told of that one any more."""
    unread = Ticket.objects.filter(pk=ticket.pk).unread_by_office()
    if unread.update(office_read_at=timezone.now()):
        record(action="helpdesk.office_read", subject=ticket, by=by)
