"""The tablet changes hands in the middle of a day: the next worker goes on where the counter stands."""

import re

import pytest
from django.test import Client

from accounts.models import ChangeCode, User
from accounts.roles import Role
from counters.models import Visit
from postoffices.models import Posting
from tests.counters.desk import Desk
from tests.people import sign_in, staff_member

CODE = "482913"
DAY = "/staff/counters/"


@pytest.fixture
def next_worker(desk: Desk) -> User:
    """A second clerk of the desk's office."""
    user = staff_member(Role.CLERK, "next")
    Posting.objects.create(user=user, office=desk.town.office)
    return user


def changed(tablet: Client, desk: Desk, to: User, page: str) -> str:
    """Where `to` stands after taking the tablet up from this page of the desk's clerk."""
    for user in {to, desk.clerk}:
        sign_in(tablet, user)
        tablet.post("/staff/change-code/", {"code": CODE, "again": CODE})
    sign_in(tablet, desk.clerk)
    handed = re.search(r'hand-over/".*?name="next" value="([^"]+)"', tablet.get(page).content.decode(), re.DOTALL)
    assert handed
    taken_up = tablet.post("/staff/hand-over/", {"next": handed[1]})["Location"]
    form = tablet.get(taken_up)
    fields = {"person": str(ChangeCode.objects.get(user=to).pk), "code": CODE, "next": form.context["next"]}
    answer = tablet.post("/staff/take-up/", fields, follow=True)
    assert answer.context["user"] == to
    return str(answer.request["PATH_INFO"])


def test_the_next_worker_lands_on_the_counters_day(desk: Desk, client: Client, next_worker: User) -> None:
    assert changed(client, desk, next_worker, DAY) == DAY


@pytest.mark.parametrize("way", ["", "finish/"])
def test_the_next_worker_lands_on_the_visit_that_was_open(
    desk: Desk, client: Client, next_worker: User, way: str
) -> None:
    visit = f"{DAY}visits/{desk.signed().pk}/"
    assert changed(client, desk, next_worker, visit + way) == visit


def test_after_the_day_list_was_drawn_anew_the_way_is_the_same(desk: Desk, client: Client, next_worker: User) -> None:
    visit = f"{DAY}visits/{desk.signed().pk}/"
    assert changed(client, desk, next_worker, f"{DAY}list/?here={visit}") == visit


def test_a_visit_that_has_ended_is_not_opened_again(desk: Desk, client: Client, next_worker: User) -> None:
    visit = desk.sent_on(desk.signed())
    assert changed(client, desk, next_worker, f"{DAY}visits/{visit.pk}/") == DAY


def test_a_worker_of_another_office_sees_the_own_day(desk: Desk, client: Client) -> None:
    visit = desk.signed()
    assert changed(client, desk, desk.colleague, f"{DAY}visits/{visit.pk}/") == DAY


@pytest.mark.parametrize(
    "resume", ["", "/", "/staff/", "visits/1/", "//elsewhere.example/", "/staff/counters/visits/9/"]
)
def test_what_is_no_page_of_a_visit_leads_to_the_day(desk: Desk, own: Client, resume: str) -> None:
    assert not Visit.objects.exists()
    assert own.get(DAY, {"resume": resume}).status_code == 200


def test_setting_a_change_code_leads_back_to_the_counter(desk: Desk, own: Client) -> None:
    form = own.get("/staff/change-code/", {"next": DAY})
    assert f'name="next" value="{DAY}"' in form.content.decode()
    assert own.post("/staff/change-code/", {"code": CODE, "again": CODE, "next": DAY})["Location"] == DAY


def test_the_sign_in_page_of_a_shared_tablet_offers_the_change_code(desk: Desk, client: Client) -> None:
    sign_in(client, desk.clerk)
    client.post("/staff/change-code/", {"code": CODE, "again": CODE})
    client.post("/staff/hand-over/")
    page = client.get("/staff/sign-in/", {"next": DAY}).content.decode()
    assert "/staff/take-up/?next=%2Fstaff%2Fcounters%2F" in page
    assert "/staff/take-up/" not in Client().get("/staff/sign-in/").content.decode()
