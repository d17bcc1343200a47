"""Walking the citizen's road through Django's test client, page by page, as a browser without scripts does."""

import re
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any

from reservations.models import Slot
from tests.reservations.town import Town

TYPED = {
    "name": "見本 花子",
    "reading": "みほん はなこ",
    "birth_date_year": "昭和60",
    "birth_date_month": "4",
    "birth_date_day": "2",
    "address": "見本市架空区1-2-3",
    "phone": "０００-１２３４-５６７８",
    "email": "hanako@example.jp",
}


class Fields(HTMLParser):
    """The named inputs of a page with their values."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = dict(attrs)
        if tag == "input" and held.get("name") and held.get("type") not in ("radio", "checkbox"):
            self.values[held["name"] or ""] = held.get("value") or ""


def text(response: Any) -> str:
    return str(response.content.decode())


def fields(response: Any) -> dict[str, str]:
    values = Fields(text(response)).values
    values.pop("csrfmiddlewaretoken", None)
    values.pop("typed", None)  # belongs to the buttons for another language
    return values


def title(response: Any) -> str:
    found = re.search(r"<h1[^>]*>(.*?)</h1>", text(response), re.DOTALL)
    assert found is not None
    return found.group(1).strip()


@dataclass
class Road:
    client: Any  # its responses carry more than the stubs know
    town: Town
    slot: Slot

    def month_url(self) -> str:
        return f"/book/{self.town.renewal.code}/{self.town.office.code}/"

    def hold(self, slot: Slot | None = None) -> str:
        """Press a time's button; the address of the form that follows."""
        response: Any = self.client.post(self.month_url(), {"slot": (slot or self.slot).pk})
        assert response.status_code == 302, text(response)
        return str(response.url)

    def step(self, form_url: str, name: str, data: dict[str, Any] | None = None) -> Any:
        """Press the form's button that goes to `name` (confirm, book, extend, again)."""
        path, query = form_url.split("?")
        return self.client.post(f"{path}{name}/?{query}", TYPED if data is None else data)

    def book(self, form_url: str | None = None, **typed: str) -> Any:
        """From the form to the booking."""
        form_url = form_url or self.hold()
        confirmation = self.step(form_url, "confirm", TYPED | typed)
        assert confirmation.status_code == 200, text(confirmation)
        return self.step(form_url, "book", fields(confirmation))

    def link(self) -> str:
        """The address of a new booking's page."""
        return str(self.book().url).split("?")[0]


def token_of(url: str) -> str:
    """The hold's token in a form's address."""
    return url.split("/")[3]
