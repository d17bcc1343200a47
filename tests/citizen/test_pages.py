"""What holds for every page: few queries, nothing personal kept or found, little to transfer."""

import gzip
import re
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from postoffices import known
from postoffices.city import current_city
from tests.citizen.road import Road, text
from tests.reservations.town import a_time, make_office, make_slot

pytestmark = pytest.mark.django_db

BUDGET_BYTES = 60 * 1024


def keep_what_is_known(road: Road, monkeypatch: pytest.MonkeyPatch) -> None:
    """City, places, procedures and holidays are read, as they are in a process that has answered a moment ago."""
    monkeypatch.setattr(known, "KEPT_SECONDS", 3600.0)
    road.client.get(road.month_url())


@pytest.mark.parametrize(
    ("address", "queries"),
    [
        ("/", 0),
        ("/book/", 0),
        ("/book/renewal/", 0),
        ("/book/renewal/places/", 1),
        ("/book/renewal/mihon/", 2),
    ],
)
def test_pages_need_few_queries_however_many_places_and_slots(
    road: Road,
    django_assert_num_queries: DjangoAssertNumQueries,
    monkeypatch: pytest.MonkeyPatch,
    address: str,
    queries: int,
) -> None:
    town = road.town
    for number in range(5):
        office = make_office(
            f"more-{number}", f"見本{number}郵便局", town.office.calendar, town.office.ward, town.renewal, 10
        )
        for hour in range(9, 12):
            make_slot(office, a_time(hour=hour))
            make_slot(town.office, a_time(days=8 + number, hour=hour))
    keep_what_is_known(road, monkeypatch)
    with django_assert_num_queries(queries):
        assert road.client.get(address).status_code == 200


def test_day_page_needs_few_queries(
    road: Road, django_assert_num_queries: DjangoAssertNumQueries, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep_what_is_known(road, monkeypatch)
    with django_assert_num_queries(1):
        road.client.get(f"{road.month_url()}{a_time().date()}/")


def test_personal_pages_are_not_kept_found_or_told_to_other_sites(road: Road) -> None:
    form_url = road.hold()
    confirmation = road.step(form_url, "confirm")
    link = road.book(road.hold(make_slot(road.town.office, a_time(days=9)))).url.split("?")[0]
    pages = [road.client.get(form_url), confirmation, road.step(form_url, "again"), road.client.get("/r/find/")]
    pages += [road.client.get(f"{link}{name}") for name in ("", "change/", "change/places/", "cancel/", "yoyaku.ics")]
    for page in pages:
        assert page.status_code == 200
        assert page["Cache-Control"] == "no-store"
        assert "noindex" in page["X-Robots-Tag"]
        assert page["Referrer-Policy"] == "same-origin"


def test_public_pages_may_be_found(road: Road) -> None:
    for address in ("/", "/book/", "/book/renewal/", "/book/renewal/places/", road.month_url()):
        response = road.client.get(address)
        assert "X-Robots-Tag" not in response
        assert "noindex" not in text(response)


def test_citizens_get_no_session(road: Road) -> None:
    road.book()
    assert "sessionid" not in road.client.cookies


def test_pages_have_no_inline_scripts_styles_or_handlers(road: Road) -> None:
    link = road.link()
    form_url = road.hold(make_slot(road.town.office, a_time(days=9)))
    pages = ["/", "/book/", "/book/renewal/", "/book/renewal/places/", road.month_url(), form_url, link]
    for address in pages:
        page = text(road.client.get(address))
        assert not re.search(r"<script(?![^>]*\bsrc=)", page), address
        assert not re.search(r"\sstyle=|\son[a-z]+=|<style", page), address
        assert "placeholder=" not in page
        assert " disabled" not in page


def test_first_load_stays_small(road: Road) -> None:
    for address in ("/", "/book/renewal/places/", road.month_url(), road.hold()):
        page = text(Client().get(address))
        files = set(re.findall(r'(?:href|src)="/static/([^"]+)"', page))
        assert files
        # Files are stored compressed; pages are sent as they are.
        total = len(page.encode()) + sum(_compressed(name) for name in files)
        assert total < BUDGET_BYTES, (address, total)


def _compressed(name: str) -> int:
    return len(gzip.compress(Path(str(finders.find(name))).read_bytes()))


@pytest.mark.requirement("fukuoka-07")
def test_the_place_is_seen_on_the_citys_map_and_on_paper_as_a_code(road: Road, monkeypatch: pytest.MonkeyPatch) -> None:
    done = road.book().url
    assert "地図" not in text(road.client.get(done)), "a city that names no map shows no link"
    rules = current_city().rules.model_copy(update={"map_link": "https://map.example.jp/?q={place}"})
    monkeypatch.setattr("reservations.citizen.keepsakes.current_city", lambda: replace(current_city(), rules=rules))
    page = text(road.client.get(done))
    place = quote(f"{current_city().name} {road.town.office.name} {road.town.office.address}")
    assert f'href="https://map.example.jp/?q={place}"' in page
    assert page.count('class="arrival-code"') == 2
    assert page.index("only-print") < page.rindex('class="arrival-code"')
