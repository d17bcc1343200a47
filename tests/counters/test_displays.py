"""Screens on a wall: opened by a link, from inside only, with numbers and no names."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts.roles import Role
from counters.actions import screen_make, visit_arrive, visit_call
from counters.models import ScreenKind, WallScreen
from tests.counters.desk import Desk
from tests.counters.rules import set_counter_rules
from tests.counters.test_screens import DAY, page, said
from tests.people import client_of
from tests.reservations.town import HANAKO


@pytest.fixture
def with_tickets(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    set_counter_rules(monkeypatch, ticket_offices=[desk.town.office.code], waiting_minutes=1)
    return desk


def link_of(desk: Desk, kind: ScreenKind) -> str:
    _, token = screen_make(office=desk.town.office, kind=kind, name="待合", by=desk.by)
    return f"/display/{token}/"


@pytest.mark.requirement("fukutsu-03", "yatsushiro-04")
def test_the_called_number_stands_on_the_wall_without_a_name(with_tickets: Desk) -> None:
    visit = visit_arrive(reservation=with_tickets.booking(), by=with_tickets.by)
    with_tickets.walk_in()
    wall = Client()
    link = link_of(with_tickets, ScreenKind.CALLS)
    assert "ただいまお呼び出し中の方はいません。" in page(wall, link)
    visit_call(visit=visit, to="2", by=with_tickets.by)
    shown = page(wall, link)
    assert re.search(r'wall__number">\s*1<small>番', shown)
    assert "<strong>2</strong>" in shown
    assert "お待ちの方 <strong>1</strong>人" in shown
    for secret in (HANAKO.name, visit.reservation.number if visit.reservation else "-", "花子"):
        assert secret not in shown


def test_a_poll_gets_the_moving_part_alone(with_tickets: Desk) -> None:
    part = Client().get(link_of(with_tickets, ScreenKind.CALLS), headers={"HX-Request": "true"}).content.decode()
    assert 'id="wall"' in part
    assert "<html" not in part


@pytest.mark.requirement("kitakyushu-24")
def test_the_levels_warn_in_words(with_tickets: Desk) -> None:
    link = link_of(with_tickets, ScreenKind.LEVELS)
    visit_arrive(reservation=with_tickets.booking(), by=with_tickets.by)
    assert "待ち時間が目安を超えています" not in page(Client(), link)
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        assert "待ち時間が目安を超えています" in page(Client(), link)


def test_a_stopped_or_guessed_link_opens_nothing(desk: Desk, own: Client) -> None:
    link = link_of(desk, ScreenKind.LEVELS)
    screen = WallScreen.objects.get()
    assert screen.token_hash not in link
    assert "止めました" in said(own, f"{DAY}screens/{screen.pk}/close/")
    assert Client().get(link).status_code == 404
    assert Client().get("/display/guess/").status_code == 404


def test_a_link_opens_from_inside_only(desk: Desk, settings: Settings) -> None:
    link = link_of(desk, ScreenKind.LEVELS)
    settings.STAFF_NETWORKS = []
    assert Client().get(link).status_code == 404


def test_the_link_is_shown_once_and_works(desk: Desk, own: Client, other: Client) -> None:
    typed = {"name": "待合の画面", "kind": "levels", "office": desk.town.office.pk}
    shown = own.post(f"{DAY}screens/", typed).content.decode()
    link = re.search(r'class="break" href="[^"]*(/display/[^"]+)"', shown)
    assert link is not None
    assert "待ち時間と審査" in page(Client(), link[1])
    assert link[1] not in page(own, f"{DAY}screens/")
    screen = WallScreen.objects.get()
    assert "待ち時間と審査" in page(own, f"{DAY}screens/{screen.pk}/")
    assert other.get(f"{DAY}screens/{screen.pk}/").status_code == 404
    assert other.post(f"{DAY}screens/{screen.pk}/close/").status_code == 404


def test_a_clerk_makes_screens_of_the_own_office_only(desk: Desk, own: Client) -> None:
    for office in ("", desk.town.elsewhere.pk):
        typed = {"name": "待合", "kind": "levels", "office": office}
        assert own.post(f"{DAY}screens/", typed).status_code == 422
    assert not WallScreen.objects.exists()


def test_a_manager_makes_one_for_the_whole_city_but_calls_need_an_office(desk: Desk) -> None:
    manager = client_of(Role.MANAGER)
    assert manager.post(f"{DAY}screens/", {"name": "全体", "kind": "levels"}).status_code == 200
    refused = manager.post(f"{DAY}screens/", {"name": "全体", "kind": "calls"})
    assert refused.status_code == 422
    assert "拠点を選んでください" in refused.content.decode()
    assert "全拠点" in page(manager, f"{DAY}screens/{WallScreen.objects.get().pk}/")
