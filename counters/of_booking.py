"""What this room holds of a booking, for the booking's history."""

from django.db.models import Model

from counters.models import Visit
from reservations.models import Reservation


def visits(reservation: Reservation) -> list[Model]:
    return [*Visit.objects.filter(reservation=reservation)]
