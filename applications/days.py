"""The application forms of one office and day."""

from dataclasses import dataclass
from datetime import date

from accounts.models import User
from applications.models import Application, ApplicationState
from applications.printing import is_outdated
from applications.worklist import ANSWERABLE
from postoffices.models import Office
from reservations.access import reservations_in_scope
from reservations.models import Reservation, ReservationQuerySet


@dataclass(frozen=True, slots=True)
class DayRow:
    """A booking of the day; `application` is None until its form is made."""

    reservation: Reservation
    application: Application | None

    @property
    def news(self) -> str:
        """What the office should know before it uses the paper it has printed; empty when that is up to date."""
        if self.application is None or self.application.printed_at is None:
            return "未印刷"
        return "印刷後に予約の内容が変わりました" if is_outdated(self.application) else ""


def printed_in_vain(user: User, office: Office, day: date) -> list[Application]:
    """Forms printed for the office's day whose bookings were cancelled or have moved away since. One query."""
    printed = Application.objects.filter(
        state=ApplicationState.DRAFTED, printed_at__isnull=False, printed_for=day, printed_office=office
    )
    gone = printed.exclude(reservation__in=_standing(user, office, day).values("pk"))
    return list(gone.select_related("reservation__slot", "reservation__office").order_by("number"))


def _standing(user: User, office: Office, day: date) -> ReservationQuerySet:
    return reservations_in_scope(user).of_day(day).filter(office=office, state__in=ANSWERABLE)


def day_rows(user: User, office: Office, day: date) -> list[DayRow]:
    """The bookings that stand, by time. One query."""
    rows = _standing(user, office, day)
    return [
        DayRow(reservation, getattr(reservation, "application", None))
        for reservation in rows.select_related("application__signature__bucket")
    ]
