"""What people see when something failed on our side: a page, or JSON for a script that asks for it."""

import sys
from collections.abc import Callable

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template import loader
from django.urls import reverse

from accounts.access import own_path
from accounts.middleware import STAFF_PATHS

TRY_AGAIN_SECONDS = 5
KEPT_HERE = (
    "サーバーで受け取れませんでした。写真はこのタブレットに残っています。"
    "自動で送り直します。続くときは事務局に連絡してください。"
)


class FormAddressMiddleware:
    """Where somebody opens an address that only forms are sent to, a page says so instead of staying white.

    A browser comes to one after a sign-in in the middle of a form, or when the address of a preview is opened again.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        opened = request.method == "GET" and "text/html" in request.headers.get("Accept", "")
        if response.status_code != 405 or not opened:
            return response
        page = render(request, "405.html", status=405)
        page.headers["Allow"] = response.headers["Allow"]
        return page


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's handler500. 503 while the database does not answer: nothing was kept, and soon it will work again.

    The pages are made without the request's context: what failed may be what other pages are built on.
    """
    away = isinstance(sys.exception(), OperationalError | InterfaceError)
    status = 503 if away else 500
    if request.accepts("application/json") and not request.accepts("text/html"):
        response: HttpResponse = JsonResponse({"state": "lost", "message": KEPT_HERE}, status=status)
    else:
        response = HttpResponse(_page(request, away), status=status)
    if away:
        response.headers["Retry-After"] = str(TRY_AGAIN_SECONDS)
    return response


def _page(request: HttpRequest, away: bool) -> str:
    if not request.path.startswith(STAFF_PATHS):
        return loader.render_to_string("500.html")
    # A form is not sent twice by itself: the page it was sent from tells what became of it.
    again = request.get_full_path() if request.method == "GET" else request.headers.get("Referer", "")
    places = {"again": own_path(request, again), "start": reverse("accounts:start")}
    return loader.render_to_string("500_staff.html", places | {"away": away, "seconds": TRY_AGAIN_SECONDS})
