"""The audit log on screen: found by day, action, actor and subject; read by those who may."""

import ast
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.roles import Role
from audit.actions import record, seal_all
from audit.actors import Actor
from audit.models import AuditEvent
from audit.words import ACTIONS, action_word, subject_word
from tests.people import client_of, staff_member
from vault.models import Bucket, VaultObject
from writing.text import contains_my_number

pytestmark = pytest.mark.django_db

FRIDAY = datetime(2026, 11, 20, 15, 0, tzinfo=ZoneInfo("Asia/Tokyo"))
SATURDAY = datetime(2026, 11, 21, 0, 30, tzinfo=ZoneInfo("Asia/Tokyo"))
# Session, user, authenticator; events counted and read; waiting, newest seal, the day's ids and its seal.
QUERIES = 9
FRIDAYS = {"day_year": "令和８", "day_month": "11", "day_day": "20"}


def write(action: str, subject: Bucket | VaultObject, by: Actor, at: datetime = FRIDAY) -> AuditEvent:
    with time_machine.travel(at, tick=False), transaction.atomic():
        return record(action=action, subject=subject, by=by, detail={"purpose": "review"})


@pytest.fixture
def auditor() -> Client:
    return client_of(Role.AUDITOR)


@pytest.fixture
def written() -> list[AuditEvent]:
    """Two events on Friday by a clerk and a citizen, one on Saturday by the system."""
    clerk = Actor.staff(staff_member(Role.CLERK, "mihon-clerk"))
    return [
        write("vault.object_viewed", Bucket(pk=71), clerk),
        write("reservations.booked", Bucket(pk=72), Actor.citizen()),
        write("vault.object_erased", Bucket(pk=73), Actor.system("retention"), SATURDAY),
    ]


def shown(client: Client, **typed: str) -> list[int]:
    response = client.get(reverse("audit:events"), typed)
    assert response.status_code == 200
    return [event.pk for event in response.context["page"]]


@pytest.mark.requirement("fukuoka-39")
def test_a_day_shows_its_events_newest_first(auditor: Client, written: list[AuditEvent]) -> None:
    viewed, booked, _erased = written
    assert shown(auditor, **FRIDAYS) == [booked.pk, viewed.pk]


def test_without_a_question_today_is_shown(auditor: Client, written: list[AuditEvent]) -> None:
    # Signed in once more: the session belongs to another day.
    with time_machine.travel(SATURDAY):
        assert written[2].pk in shown(client_of(Role.ADMINISTRATOR))
        assert written[0].pk not in shown(client_of(Role.AUDITOR, "auditor-2"))


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ({"action": "閲覧"}, [0]),
        ({"action": "vault."}, [2, 0]),
        ({"actor": "mihon"}, [0]),
        ({"subject": "72"}, [1]),
        ({"subject": "保管区分:73"}, [2]),
        ({"subject": "vault.bucket:73"}, [2]),
        ({"subject": "保管区分", "action": "予約"}, [1]),
        ({"action": "％"}, []),
    ],
)
def test_what_is_asked_for_is_found(
    auditor: Client, written: list[AuditEvent], typed: dict[str, str], found: list[int]
) -> None:
    ours = {event.pk for event in written}
    assert [pk for pk in shown(auditor, **typed) if pk in ours] == [written[n].pk for n in found]


def test_the_history_of_an_object_is_one_link_away(auditor: Client) -> None:
    held = VaultObject(pk=UUID("12345678-9018-abcd-b775-0b2da9207029"))
    assert contains_my_number(str(held.pk))
    event = write("vault.object_viewed", held, Actor.system("tests"))
    link = f"{reverse('audit:events')}?subject=vault.vaultobject:{held.pk}"
    assert link in auditor.get(reverse("audit:events"), FRIDAYS).content.decode()
    assert [found.pk for found in auditor.get(link).context["page"]] == [event.pk]


def test_an_impossible_day_is_named_and_kept(auditor: Client, written: list[AuditEvent]) -> None:
    response = auditor.get(reverse("audit:events"), {"day_year": "2026", "day_month": "2", "day_day": "30"})
    text = response.content.decode()
    assert "2026年2月に30日はありません" in text
    assert 'value="30"' in text


def test_words_stand_for_codes_and_a_citizen_has_no_name(auditor: Client, written: list[AuditEvent]) -> None:
    text = auditor.get(reverse("audit:events"), FRIDAYS).content.decode()
    for word in ("保管物を閲覧", "予約を確定", "保管区分 71", "職員：mihon-clerk", "市民"):
        assert word in text


def test_it_shows_what_is_sealed_and_the_root_of_the_day(auditor: Client, written: list[AuditEvent]) -> None:
    before = auditor.get(reverse("audit:events"), FRIDAYS)
    assert [event.waiting for event in before.context["page"]] == [True, True]
    assert before.context["seals"].day_root == ""
    seal_all(by=Actor.system("sealer"))
    after = auditor.get(reverse("audit:events"), FRIDAYS)
    assert [event.waiting for event in after.context["page"]] == [False, False]
    assert after.context["seals"].day_root in after.content.decode()


def test_more_events_need_no_more_queries(auditor: Client, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    url = reverse("audit:events")
    auditor.get(url, FRIDAYS)
    for count in (1, 60):
        for _ in range(count):
            write("vault.object_viewed", Bucket(pk=71), Actor.system("tests"))
        seal_all(by=Actor.system("sealer"))
        with django_assert_num_queries(QUERIES):
            auditor.get(url, FRIDAYS)


def test_others_may_not_read_it() -> None:
    for role in (Role.CLERK, Role.MANAGER, Role.CITY_OFFICER):
        assert client_of(role).get(reverse("audit:events")).status_code == 403


# -- words -----------------------------------------------------------------------------------------


def recorded_actions() -> Iterator[str]:
    """Every `record(action="...")` of the source."""
    for path in Path(settings.BASE_DIR).glob("[a-z]*/**/*.py"):
        if path.relative_to(settings.BASE_DIR).parts[0] in ("tests", "node_modules", "var", "staticfiles"):
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "record":
                for keyword in node.keywords:
                    if keyword.arg == "action" and isinstance(keyword.value, ast.Constant):
                        yield str(keyword.value.value)


def test_every_recorded_action_has_a_word() -> None:
    missing = sorted(set(recorded_actions()) - set(ACTIONS))
    assert not missing, f"add Japanese words to audit/words.py for: {missing}"


def test_an_unknown_code_is_shown_as_it_is() -> None:
    assert action_word("old.action") == "old.action"
    assert subject_word("gone.model") == "gone.model"
