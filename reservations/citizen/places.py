"""The places of a procedure by ward, each with its hours and next free time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from django.utils import timezone

from postoffices.city import current_city
from postoffices.hours import hours_text, hours_within
from postoffices.known import bookable_places
from postoffices.models import Office, Procedure, Ward
from reservations.availability import next_free
from reservations.deadlines import last_bookable_day


@dataclass(frozen=True, slots=True)
class Place:
    """`next_free` is None when nothing is free within the city's horizon.

    `opens_on` is None, or lies ahead; `bookable_from` is the day on which the first bookings become possible,
    None when they are.
    """

    office: Office
    hours: str
    next_free: datetime | None
    opens_on: date | None
    bookable_from: date | None


@dataclass(frozen=True, slots=True)
class WardPlaces:
    ward: Ward
    places: list[Place]


def places_by_ward(procedure: Procedure, people: int = 1) -> list[WardPlaces]:
    """Every place that offers the procedure, in the wards' order. One query, two for a party, however many places."""
    offices = bookable_places(procedure)
    free = next_free(offices, procedure, people)
    # Many places share a calendar.
    hours = {office.calendar_id: office.calendar for office in offices}
    texts = {key: hours_text(calendar) for key, calendar in hours.items()}
    today = timezone.localdate()
    return [
        WardPlaces(
            ward,
            [
                _place(office, own_hours(office, procedure) or texts[office.calendar_id], free[office.pk], today)
                for office in group
            ],
        )
        for ward, group in groupby(offices, key=lambda office: office.ward)
    ]


def _place(office: Office, hours: str, free: datetime | None, today: date) -> Place:
    opens_on = office.opens_on if office.opens_on > today else None
    return Place(office, hours, free, opens_on, bookable_from(office))


def own_hours(office: Office, procedure: Procedure) -> str:
    """When the place does the procedure, in words, if not all the time that it is open; empty otherwise."""
    week = current_city().procedure_weeks.get((office.pk, procedure.pk))
    return hours_within(office.calendar, week) if week else ""


def bookable_from(office: Office) -> date | None:
    """The day on which the first day of a place that is still to open comes within reach; None when it is."""
    missing = office.opens_on - last_bookable_day()
    return timezone.localdate() + missing if missing.days > 0 else None


def next_free_anywhere(wards: Iterable[WardPlaces]) -> datetime | None:
    """The earliest free time of all places."""
    return min((place.next_free for ward in wards for place in ward.places if place.next_free), default=None)
