"""What this room holds of a booking, for the booking's history."""

from django.db.models import Model

from reservations.models import Reservation
from review.models import Case


def cases(reservation: Reservation) -> list[Model]:
    return [*Case.objects.filter(visit__reservation=reservation)]
