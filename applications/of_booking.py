"""What this room holds of a booking, for the booking's history."""

from django.db.models import Model

from applications.models import Application, ExistenceCheck
from reservations.models import Reservation


def check_and_form(reservation: Reservation) -> list[Model]:
    return [
        *ExistenceCheck.objects.filter(reservation=reservation),
        *Application.objects.filter(reservation=reservation),
    ]
