"""The navigation: few rooms side by side, many in menus, and the reader's place marked once."""

import re

import pytest
from django.test import Client

from accounts.context_processors import SIDE_BY_SIDE
from accounts.roles import NAVIGATION, ROLE_PERMISSIONS, Role
from tests.people import client_of

ROOMS = [entry for group in NAVIGATION for entry in group.entries]
# So many words stand on one line at 1440 px, beside the city's name and the reader's.
ONE_LINE = 8


def navigation_of(client: Client, path: str = "/staff/") -> str:
    page = client.get(path).content.decode()
    return page.partition('class="staff-nav"')[2].partition("</nav>")[0]


def menus_of(navigation: str) -> dict[str, list[str]]:
    """The words of each menu by its own word; a room that stands by itself is left out."""
    found = re.findall(r"<summary>(.*?)</summary>(.*?)</details>", navigation, re.S)
    return {word: re.findall(r"<a [^>]*>(.*?)</a>", inside) for word, inside in found}


def rooms_of(role: Role) -> list[str]:
    return [entry.label for entry in ROOMS if entry.permission in ROLE_PERMISSIONS[role]]


def test_every_room_and_every_group_has_a_name_of_its_own() -> None:
    labels = [entry.label for entry in ROOMS]
    assert len(set(labels)) == len(labels)
    assert len({entry.url_name for entry in ROOMS}) == len(ROOMS)
    assert len({group.label for group in NAVIGATION}) == len(NAVIGATION) <= ONE_LINE


@pytest.mark.django_db
@pytest.mark.parametrize("role", Role)
def test_the_navigation_shows_exactly_the_rooms_of_the_role(role: Role) -> None:
    assert re.findall(r"<a [^>]*>(.*?)</a>", navigation_of(client_of(role))) == rooms_of(role)


@pytest.mark.django_db
def test_a_role_with_few_rooms_has_them_side_by_side() -> None:
    assert len(rooms_of(Role.REVIEWER)) <= SIDE_BY_SIDE
    assert not menus_of(navigation_of(client_of(Role.REVIEWER)))


@pytest.mark.django_db
@pytest.mark.parametrize("role", [Role.BUREAU, Role.MANAGER, Role.CITY_OFFICER])
def test_many_rooms_stand_in_menus_and_the_only_room_of_a_group_by_itself(role: Role) -> None:
    held = {
        group.label: [entry.label for entry in group.entries if entry.permission in ROLE_PERMISSIONS[role]]
        for group in NAVIGATION
    }
    assert 1 in map(len, held.values())
    expected = {word: rooms for word, rooms in held.items() if len(rooms) > 1}
    assert menus_of(navigation_of(client_of(role))) == expected


@pytest.mark.django_db
def test_the_room_of_the_page_is_marked_and_no_other() -> None:
    marked = re.findall(
        r'<a [^>]*aria-current="page">(.*?)</a>', navigation_of(client_of(Role.MANAGER), "/staff/reports/")
    )
    assert marked == ["報告"]
