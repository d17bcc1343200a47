"""Staff pages answer only from the networks on the allow-list (kitakyushu-28)."""

import ipaddress
from collections.abc import Callable

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse

from accounts.networks import client_address

STAFF_PATHS = ("/staff/", "/admin/", "/live/")


class StaffNetworkMiddleware:
    """Answers 404 on staff pages outside `STAFF_NETWORKS`, as if nothing were there."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(STAFF_PATHS) and not is_staff_network(client_address(request)):
            raise Http404
        return self.get_response(request)


def is_staff_network(address: str) -> bool:
    """Whether the address lies in one of `STAFF_NETWORKS`; text that is no address does not."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(parsed in network for network in settings.STAFF_NETWORKS)
