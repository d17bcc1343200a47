"""Opening the booking behind a link, for every page under /r/<token>/."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from reservations.citizen.forms import FindForm
from reservations.citizen.links import LinkOver, reservation_behind
from reservations.citizen.together import speaking_for
from reservations.models import Reservation

P = ParamSpec("P")
GONE = 410


def behind_link(
    view: Callable[Concatenate[HttpRequest, Reservation, str, P], HttpResponse],
) -> Callable[..., HttpResponse]:
    """Hand the booking to the view. A short link past its time asks for number and birth date again."""

    @wraps(view)
    def opened(request: HttpRequest, /, token: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            held = speaking_for(reservation_behind(token))
        except LinkOver:
            context = {"form": FindForm(), "link_over": True}
            return render(request, "reservations/citizen/find.html", context, status=GONE)
        return view(request, held, token, *args, **kwargs)

    return opened
