"""Which inquiry a mail belongs to: by the mail that it answers, or by the number in its subject."""

import re

from helpdesk.mails.letters import Letter
from helpdesk.models import DeskCode, Mail, Ticket
from notifications.bounces import message_of_id
from notifications.models import Message
from writing.text import normalised

SUBJECT_TYPE = "helpdesk.ticket"
NUMBER = re.compile(r"\bQ-(\d{6,9})\b")


def ticket_of(letter: Letter, desk: DeskCode) -> Ticket | None:
    """The inquiry of the desk that the mail names, whoever wrote it."""
    found = _answered(letter) or _numbered(letter)
    return Ticket.objects.filter(pk=found, desk=desk).first() if found else None


def is_from_its_writer(letter: Letter, ticket: Ticket) -> bool:
    """Whether the mail comes from where the inquiry came from: a number in a subject is no secret."""
    return bool(ticket.email) and letter.sender.casefold() == ticket.email.casefold()


def last_of(ticket: Ticket) -> Ticket:
    """Where it was merged into, or itself."""
    while ticket.merged_into:
        ticket = ticket.merged_into
    return ticket


def inquiry_of(message: Message) -> Ticket | None:
    """The inquiry that a mail of ours was about."""
    about = message.subject_type == SUBJECT_TYPE
    return Ticket.objects.filter(pk=int(message.subject_id)).first() if about else None


def _answered(letter: Letter) -> int | None:
    for reference in letter.references:
        message = message_of_id(reference)
        if message and message.subject_type == SUBJECT_TYPE:
            return int(message.subject_id)
        earlier = Mail.objects.filter(message_id=reference, ticket__isnull=False).first()
        if earlier:
            return earlier.ticket_id
    return None


def _numbered(letter: Letter) -> int | None:
    found = NUMBER.search(normalised(letter.subject))
    return int(found[1]) if found else None
