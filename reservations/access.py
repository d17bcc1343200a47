"""Which bookings somebody reaches: citizens by their link or number, staff by their office."""

from datetime import date

from django.db import models
from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from accounts.models import User
from postoffices.access import offices_for
from postoffices.known import known_office, known_procedure_by_key
from postoffices.models import Office
from reservations.models import Hold, Reservation, ReservationQuerySet, Slot
from reservations.statements import Given, Statement
from reservations.tokens import token_hash

_TEXT = models.CharField()
_BOOKINGS = Reservation.objects.select_related("slot").order_by()
BY_LINK = Statement(lambda: _BOOKINGS.filter(token_hash=Given("hash", _TEXT)))
BY_NUMBER = Statement(
    lambda: _BOOKINGS.filter(number=Given("number", _TEXT), birth_date=Given("birth_date", models.DateField()))
)
HOLD = Statement(lambda: Hold.objects.select_related("slot").filter(token_hash=Given("hash", _TEXT)))
SLOT = Statement(lambda: Slot.objects.filter(pk=Given("id", models.BigIntegerField())))


def reservation_by_link(token: str) -> Reservation:
    """The booking behind a citizen's link, in any state: its first one, or one that offered another time.

    Raises Http404.
    """
    hashed = token_hash(token)
    found = BY_LINK.first(hash=hashed)
    if found is not None:
        return at_known_place(found)
    return get_object_or_404(_whole(Reservation.objects.all()), orphanings__link_hash=hashed)


def reservation_by_number(number: str, birth_date: date) -> Reservation | None:
    """The booking with this number, if the birth date is right too. None says not which of both is wrong."""
    found = BY_NUMBER.first(number=number, birth_date=birth_date)
    return found and at_known_place(found)


def hold_by_token(token: str) -> Hold | None:
    """The hold behind a token while its seat is kept; None when it was booked or given back."""
    hold = HOLD.first(hash=token_hash(token))
    if hold is not None:
        with_known_place(hold.slot)
    return hold


def slot_by_id(slot_id: int) -> Slot | None:
    """A slot with its place and ward."""
    slot = SLOT.first(id=slot_id)
    return slot and with_known_place(slot)


def with_known_place(slot: Slot) -> Slot:
    """The slot with its place and ward, as this process knows them (postoffices/known.py)."""
    if office := known_office(slot.office_id):
        slot.office = office
    return slot


def at_known_place(reservation: Reservation) -> Reservation:
    """The same for a booking, which has its slot, and its procedure."""
    with_known_place(reservation.slot)
    if office := known_office(reservation.office_id):
        reservation.office = office
    if procedure := known_procedure_by_key(reservation.procedure_id):
        reservation.procedure = procedure
    return reservation


def offices_in_scope(user: User) -> QuerySet[Office]:
    """The offices whose bookings a member of staff may see."""
    return offices_for(user)


def reservations_in_scope(user: User) -> ReservationQuerySet:
    """The bookings a member of staff may see: a clerk's own office, otherwise the whole city."""
    return Reservation.objects.filter(office__in=offices_for(user).order_by().values("pk"))


def reservation_for_staff(user: User, number: str) -> Reservation:
    """Raises Http404 when there is none, or it belongs to an office outside the person's scope."""
    reservation = _whole(reservations_in_scope(user).filter(number=number)).first()
    if reservation is None:
        raise Http404
    return reservation


def _whole(reservations: QuerySet[Reservation]) -> QuerySet[Reservation]:
    return reservations.select_related("slot", "office__ward", "procedure")
