"""Error pages say what to do next, to citizens and to staff."""

import pytest
from django.template.loader import render_to_string
from django.test import Client, RequestFactory

pytestmark = pytest.mark.django_db


def test_a_citizen_who_followed_a_broken_link_is_led_to_the_search_by_number(client: Client) -> None:
    answer = client.get("/no/such/page")
    assert answer.status_code == 404
    assert "予約番号と生年月日" in answer.content.decode()
    assert 'href="/r/find/"' in answer.content.decode()


def test_staff_are_led_back_to_their_work(client: Client) -> None:
    page = client.get("/staff/no/such/page").content.decode()
    assert 'href="/staff/"' in page
    assert "予約番号と生年月日" not in page


@pytest.mark.parametrize("template", ["403.html", "403_csrf.html"])
def test_a_refusal_has_a_way_out(template: str) -> None:
    assert 'href="/staff/"' in render_to_string(template, {}, RequestFactory().get("/staff/review/"))
    assert 'href="/"' in render_to_string(template, {}, RequestFactory().get("/"))


def test_an_address_that_only_forms_are_sent_to_says_so_when_it_is_opened(client: Client) -> None:
    answer = client.get("/staff/supply/horizon/", headers={"Accept": "text/html"})
    assert answer.status_code == 405
    assert "前の画面から" in answer.content.decode()
    assert 'href="/staff/"' in answer.content.decode()
    assert client.get("/staff/supply/horizon/").content == b""
