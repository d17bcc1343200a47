"""The addresses of the booking pages, for the city's own site: one for each office and procedure, in each language.

They are made of codes, which never change for the same thing (docs/profiles.md), and stay (fukuoka-16).
"""

from dataclasses import dataclass
from io import BytesIO

import segno
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from postoffices.known import bookable_places
from postoffices.models import Office, Procedure
from writing.dates import long_day_text
from writing.languages import LANGUAGES, PARAMETER, Language


@dataclass(frozen=True, slots=True)
class PageLink:
    """An address that stays. `code` is the office's, by which its QR code is asked for; general pages have none."""

    title: str
    ward: str
    note: str
    address: str
    code: str


def language_asked(text: str) -> Language | None:
    """The language that the address names; None leaves the choice to the browser."""
    return next((language for language in LANGUAGES if language.code == text), None)


def general_links(procedure: Procedure, language: Language | None) -> list[PageLink]:
    """The first page, and the choice of a place for the procedure."""
    return [
        PageLink("予約の最初のページ", "", "", _address(reverse("booking:home"), language), ""),
        PageLink("場所を選ぶページ", "", "", _address(reverse("booking:places", args=[procedure.code]), language), ""),
    ]


def office_links(procedure: Procedure, language: Language | None) -> list[PageLink]:
    """One for each office that does the procedure, in ward order. One query."""
    today = timezone.localdate()
    offices = bookable_places(procedure)
    return [
        PageLink(
            office.name,
            office.ward.name,
            f"{long_day_text(office.opens_on)}から" if office.opens_on > today else "",
            month_address(procedure, office, language),
            office.code,
        )
        for office in offices
    ]


def month_address(procedure: Procedure, office: Office, language: Language | None) -> str:
    return _address(reverse("booking:month", args=[procedure.code, office.code]), language)


def _address(path: str, language: Language | None) -> str:
    return f"{settings.PUBLIC_URL}{path}" + (f"?{PARAMETER}={language.code}" if language else "")


def qr_picture(address: str) -> bytes:
    """The address as a QR code (SVG), for papers and the city's site."""
    out = BytesIO()
    segno.make(address, error="m", micro=False).save(out, kind="svg", border=4, scale=6)
    return out.getvalue()
