"""The places of a procedure by ward, each with its hours and next free time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from django.utils import timezone

from postoffices.hours import hours_text
from postoffices.models import Office, Procedure, Ward
from reservations.availability import next_free


@dataclass(frozen=True, slots=True)
class Place:
    """`next_free` is None when nothing is free within the city's horizon; `opens_on` lies ahead or is None."""

    office: Office
    hours: str
    next_free: datetime | None
    opens_on: date | None


@dataclass(frozen=True, slots=True)
class WardPlaces:
    ward: Ward
    places: list[Place]


def places_by_ward(procedure: Procedure) -> list[WardPlaces]:
    """Every place that offers the procedure, in the wards' order. Three queries, however many places."""
    offices = list(Office.objects.bookable_for(procedure).prefetch_related("calendar__weekly_hours"))
    free = next_free(offices, procedure)
    today = timezone.localdate()
    return [
        WardPlaces(ward, [_place(office, free[office.pk], today) for office in group])
        for ward, group in groupby(offices, key=lambda office: office.ward)
    ]


def _place(office: Office, free: datetime | None, today: date) -> Place:
    return Place(office, hours_text(office.calendar), free, office.opens_on if office.opens_on > today else None)


def next_free_anywhere(wards: Iterable[WardPlaces]) -> datetime | None:
    """The earliest free time of all places."""
    return min((place.next_free for ward in wards for place in ward.places if place.next_free), default=None)
