"""Old links of the city's own site: a page that says what has become of them, and where to go on (fukuoka-16)."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from reservations.citizen.road import LinkGone

GONE, UNKNOWN = 410, 404


def answers_old_links(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For pages that others link to."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except LinkGone as gone:
            return _gone_page(request, gone)

    return answered


def _gone_page(request: HttpRequest, gone: LinkGone) -> HttpResponse:
    office, offered = gone.office, gone.procedure.bookable_online
    context = {
        "procedure": gone.procedure,
        "office": office,
        "offered": offered,
        "has_closed": bool(office and office.closes_on and office.closes_on < timezone.localdate()),
    }
    status = UNKNOWN if offered and office is None else GONE
    return render(request, "reservations/citizen/gone.html", context, status=status)
