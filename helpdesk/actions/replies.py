"""Mails to those who asked: the automatic answer, and what a person writes."""

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext, gettext_noop

from audit.actors import Actor
from helpdesk.desks import desk_now
from helpdesk.models import DeskCode, Note, Ticket
from notifications.actions import message_queue
from postoffices.city import current_city

TITLES = {
    "received": gettext_noop("お問い合わせを受け付けました"),
    "answer": gettext_noop("お問い合わせへの回答"),
}


def received_reply_queue(ticket: Ticket, *, by: Actor) -> None:
    """Say that it arrived; outside the hours also when somebody will read it."""
    _queue("received", ticket, key="received", context={"now": desk_now(ticket.desk)}, by=by)


def answer_queue(note: Note, *, by: Actor) -> None:
    _queue("answer", note.ticket, key=f"note:{note.pk}", context={"text": note.text}, by=by)


def _queue(purpose: str, ticket: Ticket, *, key: str, context: dict[str, object], by: Actor) -> None:
    if not ticket.email:
        return
    city = current_city()
    desk = city.citizen_desk if ticket.desk == DeskCode.CITIZEN else city.helpdesk
    with translation.override(ticket.language):
        title = gettext("【%(city)s】%(title)s") % {"city": city.local_name, "title": gettext(TITLES[purpose])}
        body = render_to_string(
            f"helpdesk/mail/{purpose}.txt", {"ticket": ticket, "city": city, "desk": desk, **context}
        )
    message_queue(
        key=f"ticket:{ticket.pk}:{key}",
        purpose=f"inquiry_{purpose}",
        recipient=ticket.email,
        title=f"{title}（{ticket.number}）",
        body=body,
        about=ticket,
        by=by,
    )
