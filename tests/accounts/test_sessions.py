"""A sign-in ends after half an hour without use, and after twelve hours at the latest."""

import time_machine
from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.middleware import ENDED
from accounts.models import User
from audit.models import AuditEvent
from tests.people import sign_in

NOON = "2026-11-21 03:00Z"
FRAGMENT = {"HX-Request": "true", "HX-Current-URL": "http://testserver/staff/?day=1"}


def test_half_an_hour_without_use_ends_it(client: Client, clerk: User) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        sign_in(client, clerk).get("/staff/")
        clock.shift(30 * 60)
        assert client.get("/staff/").status_code == 200
        clock.shift(30 * 60 + 1)
        answer = client.get("/staff/")
    assert answer["Location"] == "/staff/sign-in/?next=/staff/"
    assert ENDED in [str(message) for message in get_messages(answer.wsgi_request)]
    assert AuditEvent.objects.get(action="signed_out").detail == {"reason": "ended"}


def test_twelve_hours_are_the_most_even_in_steady_use(client: Client, clerk: User) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        sign_in(client, clerk).get("/staff/")
        for _ in range(12 * 60 // 20):
            clock.shift(20 * 60)
            assert client.get("/staff/").status_code == 200
        clock.shift(1)
        assert client.get("/staff/").status_code == 302


def test_fragments_that_a_screen_fetches_by_itself_are_no_use(client: Client, clerk: User) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        sign_in(client, clerk).get("/staff/")
        for _ in range(3):
            clock.shift(10 * 60 + 1)
            last = client.get("/staff/", headers=FRAGMENT)
    assert last.status_code == 401


def test_fragment_after_the_end_moves_the_window_to_the_sign_in(client: Client, clerk: User) -> None:
    answer = client.get("/staff/people/", headers=FRAGMENT)
    assert answer.status_code == 401
    assert answer["HX-Redirect"] == "/staff/sign-in/?next=/staff/%3Fday%3D1"
    assert not answer.content


def test_form_after_the_end_returns_to_the_page_it_stood_on(client: Client, db: None) -> None:
    answer = client.post("/staff/people/new/", headers={"Referer": "http://testserver/staff/people/"})
    assert answer["Location"] == "/staff/sign-in/?next=/staff/people/"


def test_address_of_another_host_in_a_header_is_not_followed(client: Client, db: None) -> None:
    answer = client.post("/staff/people/new/", headers={"Referer": "https://elsewhere.example.jp/x"})
    assert answer["Location"] == "/staff/sign-in/?next=/staff/"


def test_deactivation_ends_open_sessions(client: Client, clerk: User) -> None:
    sign_in(client, clerk)
    User.objects.filter(pk=clerk.pk).update(is_active=False)
    assert client.get("/staff/")["Location"] == "/staff/sign-in/?next=/staff/"


def test_citizens_pages_do_not_look_at_the_session(client: Client, clerk: User) -> None:
    sign_in(client, clerk)
    with CaptureQueriesContext(connection) as asked:
        client.get("/healthz")
    assert not [query for query in asked if "django_session" in query["sql"]]
