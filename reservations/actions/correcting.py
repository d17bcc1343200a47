"""Putting right what was mistyped, without handing the booking to somebody else.

Either the name (with its reading) or the birth date of a booking is ever corrected, not both: whoever needs both is
another person, who books anew. Everything else may be corrected as often as needed.
"""

from dataclasses import asdict
from uuid import uuid4

from django.db import IntegrityError, transaction

from audit.actions import record
from audit.actors import Actor
from audit.models import AuditEvent
from notifications.actions import messages_readdress
from reservations import mails
from reservations.actions.states import announce, locked
from reservations.errors import PersonExchanged, StateNotAllowed
from reservations.fairness.errors import AlreadyBooked
from reservations.fairness.keys import person_key
from reservations.models import PastEvent, Reservation, ReservationState
from reservations.person import Person

CORRECTED = "reservations.corrected"
NAME = frozenset({"name", "reading"})
BIRTH_DATE = frozenset({"birth_date"})
CONTACT = ("phone", "email")
CORRECTABLE = (ReservationState.CONFIRMED, ReservationState.ORPHANED)


@transaction.atomic
def reservation_correct(*, reservation: Reservation, person: Person, by: Actor) -> frozenset[str]:
    """Bring the booking to what `person` says; returns the names of the fields that changed.

    The contact is that of everybody who booked together. A new mail address gets what was waiting for the old one, and
    the booking's facts. The event names the fields, not what stood there. Raises PersonExchanged, AlreadyBooked (the
    person, spelled right, has another booking) or StateNotAllowed.
    """
    current = locked(reservation)
    if current.state not in CORRECTABLE:
        raise StateNotAllowed
    wanted = asdict(person)
    changed = frozenset(name for name, value in wanted.items() if getattr(current, name) != value)
    if not changed:
        return changed
    _refuse_exchange(current, changed)
    _save(current, {name: wanted[name] for name in changed})
    record(action=CORRECTED, subject=current, by=by, detail={"fields": sorted(changed)})
    announce(current, current.office.code)
    if "email" in changed:
        _tell_new_address(current, by)
    return changed


def _refuse_exchange(current: Reservation, changed: frozenset[str]) -> None:
    before = corrected_before(current)
    touched = changed | before
    if touched & NAME and touched & BIRTH_DATE:
        raise PersonExchanged


def corrected_before(reservation: Reservation) -> frozenset[str]:
    """The fields that were ever corrected, here or before the booking was taken over."""
    here = AuditEvent.objects.about(reservation).filter(action=CORRECTED).values_list("detail", flat=True)
    past = PastEvent.objects.filter(reservation=reservation, action=CORRECTED).values_list("detail", flat=True)
    return frozenset(name for detail in [*here, *past] for name in detail.get("fields", []))


def _save(current: Reservation, values: dict[str, object]) -> None:
    for name, value in values.items():
        setattr(current, name, value)
    current.person_key = person_key(current.name, current.birth_date)
    try:
        with transaction.atomic():
            current.save(update_fields=[*values, "person_key", "changed_at"])
    except IntegrityError as error:
        if "reservation_once_per_person" not in str(error):
            raise
        raise AlreadyBooked from None
    contact = {name: values[name] for name in CONTACT if name in values}
    if contact and current.party:
        Reservation.objects.together_with(current).exclude(pk=current.pk).update(**contact)


def _tell_new_address(current: Reservation, by: Actor) -> None:
    speaker = Reservation.objects.select_related("slot", "office", "procedure").get(
        pk=Reservation.objects.together_with(current).filter(speaks=True).values("pk")[:1]
    )
    messages_readdress(about=speaker, recipient=current.email, by=by)
    if current.email and speaker.state == ReservationState.CONFIRMED:
        mails.details_queue(speaker, key=f"corrected:{uuid4()}", by=by)
        mails.reminders_queue(speaker, by=by)
