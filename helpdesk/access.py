"""Which calls and inquiries somebody reaches: one's own desk's, and for the city what was reported to it."""

from typing import TypeVar

from django.db.models import Model, QuerySet
from django.http import Http404

from accounts.models import User
from accounts.roles import Role
from helpdesk.models import (
    Attachment,
    Call,
    Callback,
    CallFile,
    DeskCode,
    Note,
    Step,
    Ticket,
    TicketQuerySet,
)
from helpdesk.models.calls import CallQuerySet
from reservations.access import reservations_in_scope
from reservations.models import Reservation

Row = TypeVar("Row", bound=Model)
BOTH = (DeskCode.CITIZEN, DeskCode.HELPDESK)
DESKS_BY_ROLE: dict[Role, tuple[DeskCode, ...]] = {
    Role.OPERATOR: (DeskCode.CITIZEN,),
    Role.HELPDESK_AGENT: (DeskCode.HELPDESK,),
    Role.BUREAU: BOTH,
    Role.MANAGER: BOTH,
    Role.CITY_OFFICER: BOTH,
}
BIGINT_DIGITS = 18


def desks_for(user: User) -> tuple[DeskCode, ...]:
    """The desks whose work the person sees, the own one first."""
    return DESKS_BY_ROLE.get(Role(user.role), ())


def desk_for(user: User, code: str) -> DeskCode:
    """The desk by its name; without one the person's first. Raises Http404 for a desk that is not theirs."""
    desks = desks_for(user)
    if not code and desks:
        return desks[0]
    if code not in desks:
        raise Http404
    return DeskCode(code)


def public_desk(code: str) -> DeskCode:
    """A desk by its name in an address. Raises Http404."""
    if code not in DeskCode.values:
        raise Http404
    return DeskCode(code)


def tickets_in_scope(user: User) -> TicketQuerySet:
    """The inquiries of one's desks; the city's officers see those that were reported to the city."""
    tickets = Ticket.objects.filter(desk__in=desks_for(user))
    return tickets.filter(reported_at__isnull=False) if user.role == Role.CITY_OFFICER else tickets


def ticket_for(user: User, pk: int) -> Ticket:
    """Raises Http404."""
    whole = tickets_in_scope(user).select_related(
        "owner", "office", "reservation__slot", "reservation__office", "target", "merged_into", "seen_by", "asked_by"
    )
    return _found(whole, pk)


def ticket_by_number(user: User, typed: str) -> Ticket | None:
    """The inquiry that somebody names as Q-000123 or 123; None outside the scope."""
    figures = "".join(char for char in typed if char.isdecimal())
    if not figures or len(figures) > BIGINT_DIGITS:
        return None
    return tickets_in_scope(user).filter(pk=int(figures)).first()


def calls_in_scope(user: User) -> CallQuerySet:
    return Call.objects.filter(desk__in=desks_for(user))


def call_for(user: User, pk: int) -> Call:
    """Raises Http404."""
    return _found(calls_in_scope(user).select_related("operator", "ticket", "reservation", "office"), pk)


def callback_for(user: User, pk: int) -> Callback:
    """Raises Http404."""
    return _found(Callback.objects.filter(desk__in=desks_for(user)).select_related("ticket", "call"), pk)


def attachment_for(user: User, ticket: int, pk: int) -> Attachment:
    """Raises Http404."""
    attachments = Attachment.objects.filter(ticket=ticket_for(user, ticket))
    return _found(attachments.select_related("held", "ticket"), pk)


def step_for(user: User, ticket: int, pk: int) -> Step:
    """Raises Http404."""
    return _found(Step.objects.filter(ticket=ticket_for(user, ticket)).select_related("ticket"), pk)


def notes_of(ticket: Ticket, chosen: list[str]) -> list[Note]:
    """Those of the ticket's notes whose numbers were ticked."""
    numbers = [int(text) for text in chosen if text.isascii() and text.isdigit() and len(text) <= BIGINT_DIGITS]
    return list(ticket.notes.filter(pk__in=numbers))


def file_for(user: User, pk: int) -> CallFile:
    """Raises Http404."""
    return _found(CallFile.objects.filter(desk__in=desks_for(user)), pk)


def colleagues_of(desk: str) -> list[User]:
    """Who may look after an inquiry of the desk."""
    roles = [role for role, desks in DESKS_BY_ROLE.items() if desk in desks and role != Role.CITY_OFFICER]
    return list(User.objects.filter(role__in=roles, is_active=True).order_by("display_name"))


def bookings_of_number(user: User, number: str) -> list[Reservation]:
    """The latest bookings with this telephone number, for those who may book; nobody else sees any."""
    if not number or not user.may("reservations.book_for"):
        return []
    held = reservations_in_scope(user).filter(phone=number).select_related("slot", "office", "procedure")
    return list(held.order_by("-booked_at")[:5])


def booking_named(user: User, number: str) -> Reservation | None:
    """The booking that was noted with a call; None when the person may not see it."""
    if not number or not user.may("reservations.book_for"):
        return None
    return reservations_in_scope(user).filter(number=number).first()


def _found(rows: QuerySet[Row], pk: int) -> Row:
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
