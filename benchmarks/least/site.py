"""The least Django view that books: one UPDATE, two INSERTs, no form."""

import os
import secrets
from datetime import date
from typing import Any

from django.core.wsgi import get_wsgi_application
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.urls import path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.least.settings")
application = get_wsgi_application()

from audit.models import AuditEvent  # noqa: E402
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


PERSON: dict[str, Any] = {
    "name": "見本 花子",
    "reading": "ミホン ハナコ",
    "birth_date": date(1980, 2, 29),
    "address": "見本市架空区1-2-3",
    "phone": "00012345678",
}
urlpatterns = [path("<int:slot>/<int:office>/<int:procedure>", book)]
