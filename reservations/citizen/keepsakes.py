"""What a citizen takes along: an entry for the calendar, a code for the arrival, the way to a map."""

from collections.abc import Sequence
from datetime import timedelta
from functools import lru_cache
from io import BytesIO
from urllib.parse import quote

import segno
from django.utils.translation import gettext as _
from icalendar import Alarm, Calendar, Event

from postoffices.city import current_city
from postoffices.models import Office
from reservations.citizen.together import coming, party_of, person_label
from reservations.models import Reservation, ReservationState
from writing.dates import time_text
from writing.numbers import number_text

MOST_PLACES = 256
PRODUCT = "-//Madoguchi//Booking//JA"


def calendar_file(reservation: Reservation, *, url: str) -> bytes:
    """The booking as iCalendar (RFC 5545), reminding a day ahead. It names the place, never the person.

    The same booking keeps its UID and counts its changes, so that a moved one replaces the old entry. People who
    come together have one entry, from the first one's beginning to the last one's end.
    """
    party = party_of(reservation)
    here = coming(party) or [reservation]
    event = Event()
    event.add("uid", f"{reservation.party or reservation.number}@{url.split('/')[2]}")
    event.add("sequence", sum(booking.changes for booking in party) + len(party) - len(coming(party) or party))
    event.add("dtstamp", max(booking.changed_at for booking in party))
    event.add("dtstart", min(booking.slot.starts_at for booking in here))
    event.add("dtend", max(booking.ends_at for booking in here))
    event.add(
        "summary",
        _("%(procedure)s（%(office)s）")
        % {"procedure": reservation.procedure.local_name, "office": reservation.office.local_name},
    )
    event.add("location", f"{reservation.office.local_name} {reservation.office.local_address}".strip())
    event.add("description", _description(reservation, here, url))
    event.add("status", "CANCELLED" if reservation.state == ReservationState.CANCELLED else "CONFIRMED")
    event.add_component(_alarm(reservation))
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def _description(reservation: Reservation, here: Sequence[Reservation], url: str) -> str:
    lines = [
        *(_number_line(booking, alone=len(here) == 1) for booking in here),
        _("持ち物"),
        *(_("・%(thing)s") % {"thing": thing} for thing in reservation.procedure.local_bring),
        _("変更・取り消し %(url)s") % {"url": url},
    ]
    return "\n".join(lines)


def _number_line(booking: Reservation, *, alone: bool) -> str:
    number = _("予約番号 %(number)s") % {"number": number_text(booking.number)}
    return number if alone else f"{time_text(booking.slot.starts_at)} {person_label(booking.place)} {number}"


def _alarm(reservation: Reservation) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", reservation.procedure.local_name)
    alarm.add("trigger", timedelta(days=-1))
    return alarm


def arrival_code(reservation: Reservation) -> str:
    """A QR code of the booking number alone, as SVG, for the clerk's scanner."""
    return _drawn(reservation.number)


def map_address(office: Office) -> str:
    """Where the place is seen on a map, outside the product; empty when the city names no map."""
    city = current_city()
    place = " ".join(filter(None, [city.name, office.name, office.address]))
    return (city.rules.map_link or "").replace("{place}", quote(place))


def map_code(office: Office) -> str:
    """The same address as a QR code for paper, as SVG."""
    return _map_drawn(map_address(office))


@lru_cache(maxsize=MOST_PLACES)
def _map_drawn(address: str) -> str:
    """Places are few and do not change: drawn once in a process."""
    return _drawn(address)


def _drawn(text: str) -> str:
    out = BytesIO()
    code = segno.make(text, error="m", micro=False)
    # Without a size of its own the picture takes that of the style sheet.
    code.save(out, kind="svg", border=4, xmldecl=False, omitsize=True, svgclass="arrival-code", lineclass=None)
    return out.getvalue().decode()
