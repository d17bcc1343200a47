"""The booking pages' addresses, for whoever keeps the city's own site."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.access import StaffRequest, requires
from postoffices.models import Procedure
from reservations.citizen.road import bookable_office
from reservations.links import general_links, language_asked, month_address, office_links, qr_picture
from writing.languages import LANGUAGES


@require_safe
@requires("reservations.links")
def links(request: StaffRequest) -> HttpResponse:
    """One procedure's links (`?procedure=`), in a language (`?lang=`) or in that of the reader's browser."""
    procedures = list(Procedure.objects.filter(bookable_online=True))
    asked = request.GET.get("procedure", "")
    chosen = next((procedure for procedure in procedures if procedure.code == asked), next(iter(procedures), None))
    language = language_asked(request.GET.get("lang", ""))
    context = {
        "procedures": procedures,
        "chosen": chosen,
        "languages": LANGUAGES,
        "language": language,
        "general": general_links(chosen, language) if chosen else [],
        "links": office_links(chosen, language) if chosen else [],
    }
    return render(request, "reservations/supply/links.html", context)


@require_safe
@requires("reservations.links")
def link_code(request: StaffRequest, procedure: str, office: str) -> HttpResponse:
    """The QR code of one link."""
    chosen = get_object_or_404(Procedure, code=procedure)
    place = bookable_office(chosen, office)
    address = month_address(chosen, place, language_asked(request.GET.get("lang", "")))
    return HttpResponse(qr_picture(address), content_type="image/svg+xml")
