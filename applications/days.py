"""The application forms of one office and day."""

from dataclasses import dataclass
from datetime import date

from accounts.models import User
from applications.models import Application
from applications.worklist import ANSWERABLE
from postoffices.models import Office
from reservations.access import reservations_in_scope
from reservations.models import Reservation


@dataclass(frozen=True, slots=True)
class DayRow:
    """A booking of the day; `application` is None until its form is made."""

    reservation: Reservation
    application: Application | None


def day_rows(user: User, office: Office, day: date) -> list[DayRow]:
    """The bookings that stand, by time. One query."""
    rows = reservations_in_scope(user).of_day(day).filter(office=office, state__in=ANSWERABLE)
    return [
        DayRow(reservation, getattr(reservation, "application", None))
        for reservation in rows.select_related("application__signature__bucket")
    ]
