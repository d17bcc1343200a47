"""A booking's mistakes put right, and the city's check of it begun anew."""

from django.db import transaction

from applications.actions.checks import check_waits_again
from applications.models import ExistenceCheck
from audit.actors import Actor
from reservations.actions import reservation_correct
from reservations.models import Reservation
from reservations.person import Person

# What the city compares with its register.
CHECKED = frozenset({"name", "reading", "birth_date", "address"})


@transaction.atomic
def booking_correct(*, reservation: Reservation, person: Person, by: Actor) -> frozenset[str]:
    """Correct the booking; what the city has checked already, it checks again. Returns the fields that changed.

    Raises what `reservation_correct` refuses.
    """
    changed = reservation_correct(reservation=reservation, person=person, by=by)
    if changed & CHECKED:
        check = ExistenceCheck.objects.select_for_update().filter(reservation=reservation).first()
        if check is not None:
            check_waits_again(check=check, by=by)
    return changed
