"""People who come together, as the pages show them: how many, when each begins, and whose booking stands."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http import QueryDict
from django.utils.translation import gettext as _

from postoffices.city import current_city
from reservations.models import ACTIVE, Hold, Reservation, ReservationState


@dataclass(frozen=True, slots=True)
class Turn:
    """People who begin at the same moment, by their places from 0."""

    starts_at: datetime
    places: tuple[int, ...]

    @property
    def who(self) -> str:
        return _("・").join(person_label(place) for place in self.places)


def person_label(place: int) -> str:
    return _("%(number)s人目") % {"number": place + 1}


def people_of(data: QueryDict) -> int:
    """How many come, as an address or a form says; one when it says nothing, never more than the city allows."""
    text = data.get("people", "")
    wanted = int(text) if text.isascii() and text.isdigit() and len(text) == 1 else 1
    return max(1, min(wanted, current_city().rules.people_together))


def choices_of_people(chosen: int) -> list[tuple[int, bool]]:
    """The numbers that a page offers, and which is chosen; empty in a city where everybody books alone."""
    most = current_city().rules.people_together
    return [(number, number == chosen) for number in range(1, most + 1)] if most > 1 else []


def turns_of_hold(hold: Hold) -> list[Turn]:
    """When the people of a hold begin. One query for a party, none for one person."""
    starts = {0: hold.slot.starts_at}
    if hold.people > 1:
        further = hold.further_seats.order_by("-slot__starts_at").values_list("place", "slot__starts_at")
        starts = dict(further) | starts
    return _turns(starts.items())


def turns_of(bookings: Iterable[Reservation]) -> list[Turn]:
    return _turns((booking.place, booking.slot.starts_at) for booking in bookings)


def _turns(starts: Iterable[tuple[int, datetime]]) -> list[Turn]:
    found: dict[datetime, list[int]] = {}
    for place, starts_at in sorted(starts):
        found.setdefault(starts_at, []).append(place)
    return [Turn(starts_at, tuple(places)) for starts_at, places in sorted(found.items())]


def party_of(reservation: Reservation) -> list[Reservation]:
    """Everybody who booked together, the booking itself among them. One query for a party, none otherwise."""
    if reservation.party is None:
        return [reservation]
    return list(Reservation.objects.together_with(reservation).select_related("slot"))


def coming(party: Sequence[Reservation]) -> list[Reservation]:
    """Those of the party whose visit is to come."""
    return [booking for booking in party if booking.state in ACTIVE]


def speaking_for(reservation: Reservation) -> Reservation:
    """The booking that a link of the party stands for: one that lost its time, else the link's own while its visit
    is to come, else the first that is.
    """
    if reservation.party is None:
        return reservation
    together = Reservation.objects.together_with(reservation).active()
    active = list(together.select_related("slot", "office__ward", "procedure"))
    lost = next((held for held in active if held.state == ReservationState.ORPHANED), None)
    if lost or not active:
        return lost or reservation
    return reservation if reservation.state in ACTIVE else active[0]
