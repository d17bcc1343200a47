"""What somebody at the desk does during a call, as the page's buttons do it, without scripts."""

import re
from dataclasses import dataclass
from typing import Any, cast

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from reservations.models import Reservation, Slot

CALLER = {
    "name": "架空 太郎",
    "reading": "かくう たろう",
    "birth_date_year": "昭和30",
    "birth_date_month": "12",
    "birth_date_day": "31",
    "address": "見本市架空区4-5-6",
    "phone": "000-1111-2222",
    "email": "",
}
_HELD = re.compile(r'name="held" value="([^"]+)"')


@dataclass
class Desk:
    client: Client

    def press(self, route: str, /, *args: str, **values: Any) -> HttpResponse:
        """A button of the desk's form: it carries the wished procedure and what else is given."""
        sent = {"procedure": "renewal", **values}
        return cast("HttpResponse", self.client.post(reverse(f"operator:{route}", args=args), sent))

    def open(self, name: str = "desk", *args: str, **query: str) -> HttpResponse:
        return cast("HttpResponse", self.client.get(reverse(f"operator:{name}", args=args), query))

    def take(self, slot: Slot, **values: Any) -> str:
        """Take the time; gives the hold's token."""
        token = held_in(self.press("take", slot=slot.pk, **values))
        assert token
        return token

    def book(self, slot: Slot, **typed: str) -> Reservation:
        token = self.take(slot)
        response = self.press("book", held=token, held_slot=slot.pk, **(CALLER | typed))
        assert response.status_code == 302, text(response)
        return Reservation.objects.get(number=response["Location"].split("/")[-2])


def held_in(response: HttpResponse) -> str:
    """The token that the page carries, "" when nothing is held."""
    found = _HELD.search(text(response))
    return found[1] if found else ""


def text(response: HttpResponse) -> str:
    return response.content.decode()
