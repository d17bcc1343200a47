"""Two inquiries that are one, one that is two, and those that belong together."""

from django.db import transaction
from django.utils import timezone

from audit.actions import record
from audit.actors import Actor
from audit.moves import MoveNotAllowed
from helpdesk import clock
from helpdesk.actions.tickets import Asked, ticket_open
from helpdesk.errors import OtherDesk, OtherKind, SameTicket
from helpdesk.models import AT_ONCE, Note, Ticket, TicketChannel, TicketKind, TicketState


@transaction.atomic
def tickets_merge(*, ticket: Ticket, into: Ticket, by: Actor) -> Ticket:
    """Close `ticket` as part of `into`, which gets its notes, attachments, calls, callbacks and watchers.

    Raises SameTicket, OtherDesk, OtherKind, or MoveNotAllowed when either is closed. Locks are taken in the order of
    numbers.
    """
    if ticket.pk == into.pk:
        raise SameTicket
    locked = Ticket.objects.select_for_update(of=("self",)).select_related("target").order_by("pk")
    rows = {row.pk: row for row in locked.filter(pk__in=[ticket.pk, into.pk])}
    current, target = rows[ticket.pk], rows[into.pk]
    if current.desk != target.desk:
        raise OtherDesk
    if current.kind in AT_ONCE and current.kind != target.kind:
        # Its course and the city's answer would be left out.
        raise OtherKind
    if TicketState.CLOSED in (current.state, target.state):
        raise MoveNotAllowed("完了した問い合わせはまとめられません。")
    for belonging in (
        current.notes,
        current.attachments,
        current.calls,
        current.callbacks,
        current.moments,
        current.mails,
    ):
        belonging.update(ticket=target)
    target.watchers.add(*current.watchers.all())
    clock.moved(current, TicketState.CLOSED, timezone.now())
    current.closed_at, current.merged_into = timezone.now(), target
    current.save()
    record(action="helpdesk.tickets_merged", subject=current, by=by, detail={"into": target.pk})
    record(action="helpdesk.tickets_merged", subject=target, by=by, detail={"from": current.pk})
    return target


@transaction.atomic
def ticket_split(*, ticket: Ticket, title: str, category: str, notes: list[Note], key: str, by: Actor) -> Ticket:
    """Make a second inquiry of a part; the chosen notes go along. Both stay related."""
    asked = Asked(
        title=title,
        category=category,
        kind=TicketKind.INQUIRY,
        priority=ticket.target.priority,  # type: ignore[arg-type]  # a stored value of the same choices
        contact_name=ticket.contact_name,
        phone=ticket.phone,
        email=ticket.email,
        language=ticket.language,
        office=ticket.office,
        reservation=ticket.reservation,
    )
    made = ticket_open(desk=ticket.desk, channel=TicketChannel.STAFF, asked=asked, key=key, by=by)
    ticket.notes.filter(pk__in=[note.pk for note in notes]).update(ticket=made)
    made.related.add(ticket)
    record(action="helpdesk.ticket_split", subject=ticket, by=by, detail={"new": made.pk})
    return made


@transaction.atomic
def tickets_relate(*, ticket: Ticket, other: Ticket, by: Actor) -> None:
    """Show each on the other's page. Raises SameTicket; relating twice changes nothing."""
    if ticket.pk == other.pk:
        raise SameTicket
    if not ticket.related.filter(pk=other.pk).exists():
        ticket.related.add(other)
        record(action="helpdesk.tickets_related", subject=ticket, by=by, detail={"other": other.pk})
