"""The least Django views: one books (one UPDATE, two INSERTs, no form), one lists the days of a month."""

import os
import secrets
from datetime import date, datetime
from typing import Any

from django.core.wsgi import get_wsgi_application
from django.db import transaction
from django.db.models import F, Min, Sum
from django.db.models.functions import TruncDate
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.timezone import make_aware, now

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.least.settings")
application = get_wsgi_application()

from audit.models import AuditEvent  # noqa: E402
from postoffices.calendars import taken_holidays  # noqa: E402
from postoffices.models import Office, Procedure  # noqa: E402
from reservations.models import Reservation, Slot  # noqa: E402


@transaction.atomic
def book(request: HttpRequest, slot: int, office: int, procedure: int) -> HttpResponse:
    seats = Slot.objects.filter(pk=slot, public_taken__lt=F("public_seats"))
    if not seats.update(public_taken=F("public_taken") + 1):
        return HttpResponse(status=409)
    reservation = Reservation.objects.create(
        number=f"{secrets.randbelow(10**9):09d}",
        token_hash=secrets.token_hex(32),
        slot_id=slot,
        office_id=office,
        procedure_id=procedure,
        seat_kind="public",
        **PERSON,
    )
    AuditEvent.objects.create(
        action="booked", actor_kind="citizen", subject_type="reservation", subject_id=str(reservation.pk)
    )
    return HttpResponse(status=302, headers={"Location": "/", "Content-Length": "0"})


def month(request: HttpRequest, office: str, first: str, following: str) -> HttpResponse:
    """The rows of the product's month page as plain tables: place, procedure, days, next free times, holidays."""
    begins, ends = (make_aware(datetime.fromisoformat(day)) for day in (first, following))
    place, procedure = Office.objects.get(code=office), Procedure.objects.get(code="renewal")
    slots = Slot.objects.filter(office=place, public_seats__gt=0)
    days = (
        slots.filter(starts_at__gte=begins, starts_at__lt=ends)
        .values(day=TruncDate("starts_at"))
        .annotate(seats=Sum("public_seats"), free=Sum(F("public_seats") - F("public_taken")), first=Min("starts_at"))
        .order_by("day")
    )
    soonest = slots.filter(starts_at__gt=now(), public_taken__lt=F("public_seats")).order_by("starts_at")[:4]
    rows = {"days": days, "soonest": soonest, "holidays": taken_holidays(), "office": place, "procedure": procedure}
    response = render(request, "month.html", rows)
    response["Content-Length"] = str(len(response.content))
    return response


PERSON: dict[str, Any] = {
    "name": "見本 花子",
    "reading": "ミホン ハナコ",
    "birth_date": date(1980, 2, 29),
    "address": "見本市架空区1-2-3",
    "phone": "00012345678",
}
urlpatterns = [
    path("healthz", lambda request: HttpResponse("ok")),
    path("<int:slot>/<int:office>/<int:procedure>", book),
    path("month/<slug:office>/<str:first>/<str:following>", month),
]
