"""What every staff page needs: the rooms its reader may enter."""

from dataclasses import dataclass
from typing import Any, cast

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from accounts.access import is_verified
from accounts.middleware import STAFF_PATHS
from accounts.models import User
from accounts.roles import NAVIGATION


@dataclass(frozen=True, slots=True)
class NavigationLink:
    label: str
    url: str
    current: bool


def staff_navigation(request: HttpRequest) -> dict[str, Any]:
    """`staff_navigation`: links for the signed-in role; empty for citizens and before the second factor.

    On citizens' pages the session is not even looked at.
    """
    if not request.path.startswith(STAFF_PATHS) or not hasattr(request, "user") or not is_verified(request):
        return {"staff_navigation": []}
    user = cast("User", request.user)
    found = []
    for entry in NAVIGATION:
        if user.may(entry.permission):
            try:
                url = reverse(entry.url_name)
            except NoReverseMatch:
                continue
            found.append((entry.label, url))
    # A room may stand within another's address: the closest one is where the reader is.
    here = max((url for _, url in found if request.path.startswith(url)), key=len, default="")
    return {"staff_navigation": [NavigationLink(label, url, url == here) for label, url in found]}
