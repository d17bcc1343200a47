"""Inquiries as the list of messages names them."""

from collections.abc import Iterable

from django.urls import reverse

from helpdesk.models import Ticket
from notifications.subjects import Subject

BIGINT_DIGITS = 18


def tickets_shown(ids: Iterable[str]) -> dict[str, Subject]:
    """By the inquiry's id. One query."""
    held = Ticket.objects.filter(pk__in=[int(pk) for pk in ids]).only("pk")
    return {str(ticket.pk): Subject(ticket.number, reverse("helpdesk:ticket", args=[ticket.pk])) for ticket in held}


def tickets_numbered(typed: str) -> list[str]:
    """The inquiry whose number was typed as Q-000123."""
    figures = typed.upper().strip().removeprefix("Q-")
    named = typed.upper().strip().startswith("Q-") and figures.isascii() and figures.isdigit()
    return [str(int(figures))] if named and len(figures) <= BIGINT_DIGITS else []
