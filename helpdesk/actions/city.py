"""What the city is told of at once, and what it says. The time between is kept."""

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from audit.actions import record
from audit.actors import Actor
from helpdesk import clock
from helpdesk.desks import takes_personal_data
from helpdesk.errors import NotReported
from helpdesk.models import MOVES, Note, NoteKind, Ticket, TicketState
from helpdesk.personal import refuse_personal
from live.notify import notify
from notifications.actions import message_queue

TOPIC = "helpdesk:city"


def city_tell(ticket: Ticket, *, by: Actor) -> None:
    """Mark the inquiry as reported now and queue a mail to each of the city's officers; within a transaction.

    The mail holds number, kind and a link, nothing of what was said. A second report changes nothing.
    """
    if ticket.reported_at:
        return
    ticket.reported_at = timezone.now()
    ticket.save(update_fields=["reported_at"])
    record(action="helpdesk.city_told", subject=ticket, by=by, detail={"after": ticket.reported_after_seconds})
    kind = ticket.get_kind_display()
    link = settings.PUBLIC_URL + reverse("helpdesk:ticket", args=[ticket.pk])
    officers = User.objects.filter(role=Role.CITY_OFFICER, is_active=True).exclude(email="")
    for officer in officers.order_by("pk"):
        message_queue(
            key=f"ticket:{ticket.pk}:city:{officer.pk}",
            purpose="city_told",
            recipient=officer.email,
            title=f"【至急】{kind}の報告（{ticket.number}）",
            body=f"{kind}を受け付けました（{ticket.number}）。内容は次の画面で確認してください。\n{link}\n",
            about=ticket,
            by=by,
        )
    notify(topic=TOPIC, kind="ticket", id=ticket.pk)


@transaction.atomic
def city_see(*, ticket: Ticket, by: Actor) -> Ticket:
    """Somebody of the city has taken note of the report. The first one counts. Raises NotReported."""
    current = _locked(ticket)
    if current.reported_at is None:
        raise NotReported
    if current.seen_at is None:
        current.seen_at, current.seen_by_id = timezone.now(), by.user_id
        current.save(update_fields=["seen_at", "seen_by"])
        record(action="helpdesk.city_saw", subject=current, by=by, detail={"after": current.seen_after_seconds})
        notify(topic=f"helpdesk:{current.desk}", kind="ticket", id=current.pk)
    return current


@transaction.atomic
def city_answer(*, ticket: Ticket, text: str, key: str, by: Actor) -> Note:
    """The city's instruction to the desk; an inquiry in the city's hands goes back to it.

    Raises NotReported, and PersonalDataRefused at the desk that handles none.
    """
    if not takes_personal_data(ticket.desk):
        refuse_personal(text)
    current = city_see(ticket=ticket, by=by)
    note, made = Note.objects.get_or_create(
        key=key, defaults={"ticket": current, "kind": NoteKind.CITY, "text": text, "by_id": by.user_id}
    )
    if not made:
        return note
    if current.state == TicketState.ESCALATED and TicketState.OPEN in MOVES[TicketState.ESCALATED]:
        clock.moved(current, TicketState.OPEN, timezone.now())
        current.save()
    record(action="helpdesk.city_answered", subject=current, by=by)
    notify(topic=f"helpdesk:{current.desk}", kind="ticket", id=current.pk)
    return note


def _locked(ticket: Ticket) -> Ticket:
    return Ticket.objects.select_for_update(of=("self",)).select_related("target").get(pk=ticket.pk)
