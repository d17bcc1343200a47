"""Mails to those who asked: the automatic answer, and what a person writes."""

from collections.abc import Sequence
from datetime import timedelta

from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext, gettext_noop

from audit.actors import Actor
from helpdesk.desks import desk_now, desk_of
from helpdesk.models import DeskCode, Mail, Note, Ticket
from notifications.actions import message_queue
from notifications.models import Message
from postoffices.city import current_city

TITLES = {
    "received": gettext_noop("お問い合わせを受け付けました"),
    "answer": gettext_noop("お問い合わせへの回答"),
}
# Several automatic answers a day to one address would be an echo of another machine (RFC 3834, 2).
MOST_AUTOMATIC = 3
A_DAY = timedelta(days=1)


def received_reply_queue(ticket: Ticket, *, left_out: Sequence[str] = (), by: Actor) -> None:
    """Say that it arrived; outside the hours also when somebody will read it. `left_out`: files that were not taken."""
    context = {"now": desk_now(ticket.desk), "left_out": left_out}
    _queue("received", ticket, key="received", context=context, by=by)


def refused_reply_queue(mail: Mail, address: str, *, by: Actor) -> None:
    """Say that a mail with personal data was not taken, to whoever wrote it. Nothing of it is repeated."""
    city, desk = current_city(), desk_of(mail.desk)
    message_queue(
        key=f"mail:{mail.pk}:refused",
        purpose="inquiry_refused",
        recipient=address,
        title=f"【{city.name}】お送りいただいたメールは受け付けられませんでした",
        body=render_to_string("helpdesk/mail/refused.txt", {"desk": desk, "city": city}),
        about=mail,
        by=by,
        reply_to=desk.mail or "",
        in_reply_to=mail.message_id,
    )


def answered_enough(address: str) -> bool:
    """Whether the address had its automatic answers of a day."""
    since = timezone.now() - A_DAY
    automatic = ["inquiry_received", "inquiry_refused"]
    sent = Message.objects.filter(purpose__in=automatic, recipient=address, queued_at__gte=since)
    return sent.count() >= MOST_AUTOMATIC


def answer_queue(note: Note, *, by: Actor) -> None:
    _queue("answer", note.ticket, key=f"note:{note.pk}", context={"text": note.text}, by=by)


def _queue(purpose: str, ticket: Ticket, *, key: str, context: dict[str, object], by: Actor) -> None:
    if not ticket.email:
        return
    city = current_city()
    desk = city.citizen_desk if ticket.desk == DeskCode.CITIZEN else city.helpdesk
    address = desk_of(ticket.desk).mail or ""
    with translation.override(ticket.language):
        title = gettext("【%(city)s】%(title)s") % {"city": city.local_name, "title": gettext(TITLES[purpose])}
        body = render_to_string(
            f"helpdesk/mail/{purpose}.txt",
            {"ticket": ticket, "city": city, "desk": desk, "takes_answers": bool(address), **context},
        )
    message_queue(
        key=f"ticket:{ticket.pk}:{key}",
        purpose=f"inquiry_{purpose}",
        recipient=ticket.email,
        title=f"{title}（{ticket.number}）",
        body=body,
        about=ticket,
        by=by,
        reply_to=address,
        in_reply_to=_last_mail_of(ticket),
    )


def _last_mail_of(ticket: Ticket) -> str:
    """What mail programs put the answer under."""
    found = ticket.mails.exclude(message_id="").order_by("-pk").values_list("message_id", flat=True).first()
    return found or ""
