"""The start page lists what waits for its reader, the earliest first."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.test import Client

from accounts import waiting
from accounts.models import User
from accounts.roles import ROLE_PERMISSIONS, Role
from accounts.waiting import Figure, Waiting
from tests.people import client_of, sign_in

NOON = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)


@pytest.fixture
def empty_registry(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(waiting, "_waiting", {})
    monkeypatch.setattr(waiting, "_figures", {})
    yield


def page_of(client: Client) -> str:
    return client.get("/staff/").content.decode()


@pytest.mark.usefixtures("empty_registry")
def test_entries_stand_in_the_order_of_their_due_times(client: Client, clerk: User) -> None:
    waiting.register("counters.serve", lambda user: [Waiting("いつでもよい仕事", 2, "/staff/a/")])
    waiting.register("review.capture", lambda user: [Waiting("正午までの仕事", 1, "/staff/b/", NOON)])
    page = page_of(sign_in(client, clerk))
    assert page.index("正午までの仕事") < page.index("いつでもよい仕事")
    assert "11月21日(土) 12:00まで" in page


@pytest.mark.usefixtures("empty_registry")
def test_provider_is_not_asked_for_people_without_its_permission(client: Client, clerk: User) -> None:
    def never(user: User) -> list[Waiting]:
        raise AssertionError(f"asked for {user}")

    waiting.register("review.decide", never)
    assert page_of(sign_in(client, clerk))


@pytest.mark.usefixtures("empty_registry")
def test_nothing_to_do_says_so(client: Client, clerk: User) -> None:
    waiting.register("counters.serve", lambda user: [Waiting("済んだ仕事", 0, "/staff/a/")])
    page = page_of(sign_in(client, clerk))
    assert "済んだ仕事" not in page
    assert "いま待っている仕事はありません。" in page


@pytest.mark.usefixtures("empty_registry")
def test_figures_follow(client: Client, clerk: User) -> None:
    waiting.register_figures("counters.serve", lambda user: [Figure("本日の来局", 32)])
    assert "<dt>本日の来局</dt><dd>32<small>件</small></dd>" in page_of(sign_in(client, clerk))


@pytest.mark.django_db
def test_role_without_work_is_told_so_and_can_sign_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ROLE_PERMISSIONS, Role.TRAINER, frozenset())
    answer = client_of(Role.TRAINER).get("/staff/")
    assert answer.status_code == 403
    assert "使える業務" in answer.content.decode()
    assert "/staff/sign-out/" in answer.content.decode()


def test_permission_that_no_role_holds_is_a_typing_slip(clerk: User) -> None:
    with pytest.raises(KeyError):
        clerk.may("counters.serv")
