"""What every staff page needs: the rooms its reader may enter."""

from dataclasses import dataclass
from functools import cache
from typing import Any, cast

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from accounts.access import is_verified
from accounts.middleware import STAFF_PATHS
from accounts.models import User
from accounts.roles import NAVIGATION, NavigationEntry, allows

# So many rooms stand side by side on a tablet; whoever has more gets them in menus.
SIDE_BY_SIDE = 7


@dataclass(frozen=True, slots=True)
class NavigationLink:
    label: str
    url: str
    current: bool


@dataclass(frozen=True, slots=True)
class NavigationMenu:
    """A word in the navigation and the rooms behind it; the only room of a menu is shown by itself."""

    label: str
    links: list[NavigationLink]


def staff_navigation(request: HttpRequest) -> dict[str, Any]:
    """`staff_navigation`: menus for the signed-in role; empty for citizens and before the second factor.

    On citizens' pages the session is not even looked at.
    """
    if not request.path.startswith(STAFF_PATHS) or not hasattr(request, "user") or not is_verified(request):
        return {"staff_navigation": []}
    found = _groups_for(cast("User", request.user).role)
    # A room may stand within another's address: the closest one is where the reader is.
    urls = [url for _, rooms in found for _, url in rooms]
    here = max((url for url in urls if request.path.startswith(url)), key=len, default="")
    menus = [
        NavigationMenu(group, [NavigationLink(label, url, url == here) for label, url in rooms])
        for group, rooms in found
    ]
    return {"staff_navigation": menus if len(urls) > SIDE_BY_SIDE else _side_by_side(menus)}


@cache
def _groups_for(role: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Label and rooms (label, address) of each group in which the role may enter a room, looked up once."""
    found = [(group.label, [room for entry in group.entries if (room := _room(entry, role))]) for group in NAVIGATION]
    return [(label, rooms) for label, rooms in found if rooms]


def _room(entry: NavigationEntry, role: str) -> tuple[str, str] | None:
    if not allows(role, entry.permission):
        return None
    try:
        return entry.label, reverse(entry.url_name)
    except NoReverseMatch:
        return None


def _side_by_side(menus: list[NavigationMenu]) -> list[NavigationMenu]:
    return [NavigationMenu(link.label, [link]) for menu in menus for link in menu.links]
