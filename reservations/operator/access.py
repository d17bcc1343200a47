"""What somebody at the desk reaches: times and holds of the offices in the person's scope."""

from django.http import Http404, QueryDict

from accounts.models import User
from reservations.access import offices_in_scope, reservation_for_staff
from reservations.models import Hold, Reservation, Slot
from reservations.tokens import token_hash

BIGINT_DIGITS = 18


def slot_for_staff(user: User, slot_id: str) -> Slot:
    """The time whose button was pressed. Raises Http404 when there is none in the person's scope."""
    if not (slot_id.isascii() and slot_id.isdigit() and len(slot_id) <= BIGINT_DIGITS):
        raise Http404
    slots = Slot.objects.select_related("office__ward").filter(
        office__in=offices_in_scope(user).order_by().values("pk")
    )
    slot = slots.filter(pk=int(slot_id)).first()
    if slot is None:
        raise Http404
    return slot


def hold_for_staff(user: User, token: str) -> Hold | None:
    """The hold behind the token; None when it is over or belongs to an office outside the person's scope."""
    if not token:
        return None
    holds = Hold.objects.select_related("slot__office__ward", "procedure")
    own = holds.filter(slot__office__in=offices_in_scope(user).order_by().values("pk"))
    return own.filter(token_hash=token_hash(token)).first()


def booking_of(user: User, data: QueryDict) -> Reservation | None:
    """The booking that the desk has open. Raises Http404 outside the person's scope."""
    number = data.get("booking", "")
    return reservation_for_staff(user, number) if number else None
