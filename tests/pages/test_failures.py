"""What people see when something failed on our side."""

import json

import pytest
from django.db import InterfaceError, OperationalError
from django.http import HttpResponse
from django.test import RequestFactory

from config.failures import server_error
from config.urls import handler500

AWAY, BROKEN = "ただいまサーバーにつながりません", "操作を受け付けられませんでした"
REFERER = "http://testserver/staff/counters/visits/7/"


def after(failure: Exception, path: str, **headers: str) -> HttpResponse:
    """The answer to a form that failed so, sent from a visit's page."""
    request = RequestFactory().post(path, headers={"Referer": REFERER, "Accept": "text/html"} | headers)
    try:
        raise failure
    except type(failure):
        return server_error(request)


def test_it_is_what_django_calls() -> None:
    assert handler500 == "config.failures.server_error"


@pytest.mark.parametrize("failure", [OperationalError("gone"), InterfaceError("closed")])
def test_while_the_database_is_away_staff_go_back_by_themselves_to_where_they_were(failure: Exception) -> None:
    answer = after(failure, "/staff/review/visits/7/submit/")
    page = answer.content.decode()
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert AWAY in page
    assert '<meta http-equiv="refresh" content="5; url=/staff/counters/visits/7/">' in page


def test_another_failure_is_told_and_not_tried_again_by_itself() -> None:
    answer = after(ZeroDivisionError(), "/staff/review/visits/7/submit/")
    page = answer.content.decode()
    assert answer.status_code == 500
    assert BROKEN in page
    assert 'href="/staff/counters/visits/7/"' in page
    assert "http-equiv" not in page


def test_a_page_from_elsewhere_is_not_led_back_to() -> None:
    page = after(OperationalError(), "/staff/counters/", Referer="https://elsewhere.example/").content.decode()
    assert "elsewhere" not in page
    assert "url=/staff/" in page


def test_a_page_that_was_only_opened_is_opened_again() -> None:
    request = RequestFactory().get("/staff/review/?here=1")
    try:
        raise OperationalError
    except OperationalError:
        answer = server_error(request)
    assert "url=/staff/review/?here=1" in answer.content.decode()


def test_a_script_is_told_in_words_that_nothing_is_lost() -> None:
    answer = after(OperationalError(), "/staff/review/uploads/1/", Accept="application/json")
    said = json.loads(answer.content)
    assert (answer.status_code, said["state"]) == (503, "lost")
    assert "写真はこのタブレットに残っています" in said["message"]


def test_citizens_see_their_own_page() -> None:
    answer = after(OperationalError(), "/book/")
    assert answer.status_code == 503
    assert "ただいま手続きを進められません" in answer.content.decode()
