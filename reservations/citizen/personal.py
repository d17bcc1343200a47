"""Pages whose address or content belongs to one person."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def personal_page(view: View[P]) -> View[P]:
    """Not kept by browsers and proxies, not found by search engines, its address told to no other site.

    The referrer stays within the site instead of vanishing: without one, browsers send `Origin: null`
    with every form, which the protection against forged requests has to refuse.
    """

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        response.headers["Referrer-Policy"] = "same-origin"
        return response

    return guarded
