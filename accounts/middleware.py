"""Staff pages answer only from the networks on the allow-list (kitakyushu-28), and only while someone works."""

import ipaddress
from collections.abc import Callable
from typing import cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import Http404, HttpRequest, HttpResponse

from accounts import sessions
from accounts.actions import sign_out_record
from accounts.models import User
from accounts.networks import client_address
from audit.actors import Actor

STAFF_PATHS = ("/staff/", "/admin/", "/live/")
# Screens on a wall are opened by a link, without a sign-in, but not from outside the house.
INSIDE_PATHS = (*STAFF_PATHS, "/display/")
ENDED = "操作のない時間が続いたか、ログインから長い時間がたったため、ログアウトしました。もう一度ログインしてください。"


class StaffNetworkMiddleware:
    """Answers 404 on staff pages outside `STAFF_NETWORKS`, as if nothing were there."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(INSIDE_PATHS) and not is_staff_network(client_address(request)):
            raise Http404
        return self.get_response(request)


class StaffSessionMiddleware:
    """Signs out whose session is over (see `accounts.sessions`), before the view sees the request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(STAFF_PATHS) and request.user.is_authenticated:
            if sessions.is_over(request):
                end_session(request)
            else:
                sessions.keep(request)
        return self.get_response(request)


def end_session(request: HttpRequest) -> None:
    user = cast("User", request.user)
    sign_out_record(user=user, reason="ended", by=Actor.staff(user))
    logout(request)
    messages.info(request, ENDED)


def is_staff_network(address: str) -> bool:
    """Whether the address lies in one of `STAFF_NETWORKS`; text that is no address does not."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(parsed in network for network in settings.STAFF_NETWORKS)
