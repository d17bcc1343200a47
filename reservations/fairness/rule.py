"""One active booking for each person and procedure, and so many for each contact.

The person's rule is a partial unique index. The contact's is a count in the statement that inserts, after everybody
else who books with the same contact has been waited for (see `hold_consume`): neither costs a statement of its own.
"""

from datetime import datetime

from django.db import connection, models
from django.utils import timezone

from audit.actors import Actor, ActorKind
from postoffices.city import current_city
from reservations.fairness.errors import AlreadyBooked, TooManyForContact
from reservations.models import Reservation, ReservationState

ACTIVE = (ReservationState.CONFIRMED, ReservationState.ORPHANED)
_COUNT = """
    (SELECT count(*) FROM reservations_reservation held JOIN reservations_slot slot ON slot.id = held.slot_id
     WHERE {same} AND held.state IN ('confirmed', 'orphaned') AND slot.starts_at > %s::timestamptz)
"""
_BY_PHONE = _COUNT.format(same="held.phone = %s::text")
_BY_EMAIL = _COUNT.format(same="lower(held.email) = %s::text AND held.email <> ''")
# True without a limit. PostgreSQL counts only where the word before it leaves the question open.
ROOM_FOR_CONTACTS = f"""
    (%s::int IS NULL OR (
      {_BY_PHONE} < %s::int AND (%s::text = '' OR {_BY_EMAIL} < %s::int)))
"""
Value = int | str | datetime | None


class Beside(models.TextChoices):
    """Why staff let somebody book beside the rules."""

    OTHER_PERSON = "other_person", "同姓同名で生年月日も同じ別の方"
    TWICE = "twice", "同じ手続きが2回必要な方"
    SHARED_CONTACT = "shared_contact", "施設・ご家族の共用の連絡先"
    CITY = "city", "市の指示"


def contact_limit(beside: Beside | None, by: Actor) -> int | None:
    """How many active bookings a contact may have; None when the rules do not bind this booking."""
    if by.kind is ActorKind.SYSTEM or (beside is not None and by.kind is ActorKind.STAFF):
        return None
    return current_city().rules.fairness.bookings_per_contact


def contacts_room(reservation: Reservation, limit: int | None) -> list[Value]:
    """The parameters of ROOM_FOR_CONTACTS."""
    email = reservation.email.lower()
    now = reservation.booked_at
    return [limit, reservation.phone, now, limit, email, email, now, limit]


def refuse_unfair(reservation: Reservation, limit: int | None) -> None:
    """Why nothing was inserted. Raises AlreadyBooked or TooManyForContact; silent when it is worth another try."""
    if limit is None:
        return
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {ROOM_FOR_CONTACTS}", contacts_room(reservation, limit))
        if not cursor.fetchone()[0]:
            raise TooManyForContact
    if same := _active_of(reservation):
        if same.slot.starts_at > timezone.now():
            raise AlreadyBooked
        # A visit that nobody marked, neither as made nor as missed: it holds up nobody for ever.
        Reservation.objects.filter(pk=same.pk).update(exclusive=False)


def _active_of(reservation: Reservation) -> Reservation | None:
    held = Reservation.objects.filter(
        person_key=reservation.person_key, procedure_id=reservation.procedure_id, exclusive=True, state__in=ACTIVE
    )
    return held.select_related("slot").first()
