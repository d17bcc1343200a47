"""Bookings as the list of messages shows and finds them: by their number."""

from collections.abc import Iterable

from django.urls import reverse

from notifications.subjects import Subject
from reservations.models import Reservation
from writing.numbers import number_text
from writing.text import digits


def numbers_of(ids: Iterable[str]) -> dict[str, Subject]:
    held = Reservation.objects.filter(pk__in=ids).values_list("pk", "number")
    return {str(pk): Subject(number_text(number), reverse("reservations:detail", args=[number])) for pk, number in held}


def bookings_numbered(text: str) -> list[str]:
    return [str(pk) for pk in Reservation.objects.filter(number=digits(text)).values_list("pk", flat=True)]
