"""Which bookings somebody reaches: citizens by their link or number, staff by their office."""

from datetime import date

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from accounts.models import User
from postoffices.access import offices_for
from postoffices.models import Office
from reservations.models import Hold, Reservation, ReservationQuerySet
from reservations.tokens import token_hash


def reservation_by_link(token: str) -> Reservation:
    """The booking behind a citizen's link, in any state: its first one, or one that offered another time.

    Raises Http404.
    """
    hashed = token_hash(token)
    bookings = _whole(Reservation.objects.all())
    found = bookings.filter(token_hash=hashed).first()
    return found or get_object_or_404(bookings, orphanings__link_hash=hashed)


def reservation_by_number(number: str, birth_date: date) -> Reservation | None:
    """The booking with this number, if the birth date is right too. None says not which of both is wrong."""
    return _whole(Reservation.objects.filter(number=number, birth_date=birth_date)).first()


def hold_by_token(token: str) -> Hold | None:
    """The hold behind a token while its seat is kept; None when it was booked or given back."""
    holds = Hold.objects.select_related("slot__office", "procedure")
    return holds.filter(token_hash=token_hash(token)).first()


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
