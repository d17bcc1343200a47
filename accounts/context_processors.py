"""What every staff page needs: the rooms its reader may enter."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from accounts.models import User
from accounts.roles import NAVIGATION


@dataclass(frozen=True, slots=True)
class NavigationLink:
    label: str
    url: str
    current: bool


def staff_navigation(request: HttpRequest) -> dict[str, Any]:
    """`staff_navigation`: links for the signed-in role; empty for citizens."""
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return {"staff_navigation": []}
    links = []
    for entry in NAVIGATION:
        if user.may(entry.permission):
            url = reverse(entry.url_name)
            links.append(NavigationLink(entry.label, url, request.path.startswith(url)))
    return {"staff_navigation": links}
