"""Telling open screens: the desk's, and those of the office that asked. Within a transaction."""

from helpdesk.models import Ticket, TicketChannel
from live.notify import notify


def tell_screens(ticket: Ticket) -> None:
    notify(topic=f"helpdesk:{ticket.desk}", kind="ticket", id=ticket.pk)
    tell_office(ticket)


def tell_office(ticket: Ticket) -> None:
    if ticket.channel == TicketChannel.FORM and ticket.office_id:
        notify(topic=office_topic(ticket.office_id), kind="ticket", id=ticket.pk)


def office_topic(office_id: int) -> str:
    """What an office's own questions are told under."""
    return f"helpdesk:office:{office_id}"
