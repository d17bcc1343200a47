"""Addresses for the city's own site: listed, stable, and answered when what they name is gone."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.roles import Role
from postoffices.models import Office, Procedure
from reservations.links import general_links, language_asked, office_links
from tests.people import client_of
from tests.reservations.town import Town
from writing.languages import LANGUAGES

pytestmark = pytest.mark.django_db
LINK = "/book/renewal/mihon/"


def path_of(address: str) -> str:
    return "/" + address.split("/", 3)[3]


@pytest.mark.requirement("fukuoka-16")
def test_every_listed_link_opens_in_its_language(town: Town, client: Client) -> None:
    for language in (None, *LANGUAGES):
        links = [*general_links(town.renewal, language), *office_links(town.renewal, language)]
        assert len(links) == 4
        for link in links:
            answer = client.get(path_of(link.address))
            assert answer.status_code == 200
            assert answer.headers["Content-Language"] == (language.tag if language else "ja")


@pytest.mark.requirement("fukuoka-16")
def test_the_address_is_made_of_codes_and_outlives_names(town: Town, client: Client) -> None:
    """Pinned: the city has printed it. A change here breaks links that others keep."""
    assert [path_of(link.address) for link in office_links(town.renewal, language_asked("en"))] == [
        "/book/renewal/mihon/?language=en",
        "/book/renewal/kaku/?language=en",
    ]
    assert path_of(general_links(town.renewal, None)[1].address) == "/book/renewal/places/"
    Office.objects.filter(code="mihon").update(name="新しい名の郵便局", position=9)
    assert "新しい名の郵便局" in client.get(LINK).content.decode()


@pytest.mark.requirement("fukuoka-16")
def test_an_old_link_says_what_became_of_it_and_leads_on(town: Town, client: Client) -> None:
    Office.objects.filter(code="mihon").update(closes_on=timezone.localdate() - timedelta(days=1), takes_bookings=False)
    for address in (LINK, f"{LINK}{date(2026, 12, 1)}/"):
        gone = client.get(address)
        assert gone.status_code == 410
        assert "この場所での受付は終わりました" in gone.content.decode()
        assert 'href="/book/renewal/places/"' in gone.content.decode()
    town.elsewhere.procedures.clear()
    assert "受け付けていません" in client.get("/book/renewal/kaku/").content.decode()
    unknown = client.get("/book/renewal/nowhere/")
    assert (unknown.status_code, "見つかりません" in unknown.content.decode()) == (404, True)
    Procedure.objects.update(bookable_online=False)
    for address in (LINK, "/book/renewal/", "/book/renewal/places/"):
        offline = client.get(address)
        assert offline.status_code == 410
        assert "へお電話ください" in offline.content.decode()
    assert client.get("/book/nothing/").status_code == 404


def test_the_page_lists_addresses_and_codes(town: Town) -> None:
    officer = client_of(Role.CITY_OFFICER)
    page = officer.get("/staff/supply/links/?procedure=renewal&lang=ja-easy").content.decode()
    assert page.count("/book/renewal/mihon/?language=ja-easy") >= 2, "to be read and to be copied"
    picture = officer.get("/staff/supply/links/renewal/mihon.svg?lang=ja-easy")
    assert picture.headers["Content-Type"] == "image/svg+xml"
    assert picture.content.startswith(b"<?xml")
    assert officer.get("/staff/supply/links/renewal/nowhere.svg").status_code == 404
    Procedure.objects.all().update(bookable_online=False)
    assert "予約できる手続きがありません" in officer.get("/staff/supply/links/").content.decode()
