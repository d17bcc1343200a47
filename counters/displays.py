"""What screens on a wall show: numbers that are called, and how long people wait. No names, no bookings."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from counters.models import ScreenKind, Visit, VisitState
from counters.times import levels
from postoffices.models import Office

MOST_CALLED = 4


@dataclass(frozen=True, slots=True)
class Called:
    """A number on the screen; `place` is the counter's."""

    number: int
    place: str
    at: datetime | None


def calls(office: Office) -> dict[str, Any]:
    """The numbers that are called now, the latest first, and how many wait. Two queries."""
    today = Visit.objects.of_day(office, timezone.localdate()).filter(ticket_number__isnull=False)
    called = today.filter(state=VisitState.CALLED).order_by("-called_at")[:MOST_CALLED]
    shown = [Called(visit.ticket_number or 0, visit.called_to, visit.called_at) for visit in called]
    waiting = today.filter(state=VisitState.ARRIVED).count()
    return {"called": shown, "waiting": waiting, "now": timezone.now(), "office": office}


def shown_on(kind: ScreenKind, office: Office | None) -> tuple[str, dict[str, Any]]:
    """The template of a screen's moving part, and what it shows."""
    if kind == ScreenKind.CALLS and office is not None:
        return "counters/_calls.html", calls(office)
    return "counters/_levels.html", {"levels": levels(office), "office": office}
