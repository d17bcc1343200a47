"""What a system administrator does with staff, and what nobody may do to himself."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.actions import person_add, person_change, person_deactivate, second_factor_reset
from accounts.errors import OwnAccount, RoleNotInUse, UserNameTaken
from accounts.models import User
from accounts.roles import Role
from audit.actors import Actor
from audit.models import AuditEvent
from tests.people import PASSWORD, authenticator_of, client_of, sign_in, staff_member

NEW = {"username": "mihon-new", "display_name": "見本 新子", "email": "new@example.jp", "role": "bureau"}


@pytest.fixture
def office_door(client: Client, administrator: User) -> Client:
    return sign_in(client, administrator)


@pytest.mark.requirement("fukutsu-16")
def test_new_person_gets_a_password_that_is_shown_once_and_must_be_changed(office_door: Client) -> None:
    page = office_door.post("/staff/people/new/", NEW)
    person = User.objects.get(username="mihon-new")
    shown = re.findall(r"<code>([^<]+)</code>", page.content.decode())[1]
    assert person.check_password(shown)
    assert person.must_change_password
    assert "no-store" in page["Cache-Control"]
    event = AuditEvent.objects.get(action="person_added")
    assert shown not in str(event.detail)
    assert shown not in office_door.get(reverse("accounts:person", args=[person.pk])).content.decode()


def test_taken_name_is_refused_and_what_was_typed_is_kept(office_door: Client, clerk: User) -> None:
    page = office_door.post("/staff/people/new/", NEW | {"username": clerk.username})
    assert page.status_code == 422
    assert UserNameTaken.message in page.content.decode()
    assert 'value="見本 新子"' in page.content.decode()


def test_name_taken_at_the_same_moment_is_refused_by_the_database(clerk: User, administrator: User) -> None:
    with pytest.raises(UserNameTaken):
        person_add(
            username=clerk.username,
            display_name="架空 二郎",
            email="",
            role=Role.CLERK,
            password=PASSWORD,
            by=Actor.staff(administrator),
        )


def test_unknown_role_is_refused(office_door: Client) -> None:
    page = office_door.post("/staff/people/new/", NEW | {"role": "emperor"})
    assert page.status_code == 422
    assert not User.objects.filter(username="mihon-new").exists()


@pytest.mark.requirement("kitakyushu-28")
def test_change_of_role_is_recorded_with_both_roles(office_door: Client, clerk: User) -> None:
    typed = {"display_name": "見本 花子", "email": "", "role": "bureau"}
    assert office_door.post(reverse("accounts:person", args=[clerk.pk]), typed).status_code == 302
    clerk.refresh_from_db()
    assert (clerk.display_name, clerk.role) == ("見本 花子", Role.BUREAU)
    assert AuditEvent.objects.get(action="person_changed").detail == {"role_before": "clerk", "role": "bureau"}


def test_nobody_changes_the_own_role_or_stops_himself(administrator: User) -> None:
    by = Actor.staff(administrator)
    with pytest.raises(OwnAccount):
        person_change(person=administrator, display_name="架空", email="", role=Role.CLERK, by=by)
    with pytest.raises(OwnAccount):
        person_deactivate(person=administrator, by=by)
    administrator.refresh_from_db()
    assert administrator.is_active
    assert not AuditEvent.objects.exists()


def test_stopped_person_can_be_taken_up_again(office_door: Client, clerk: User) -> None:
    office_door.post(reverse("accounts:person_deactivate", args=[clerk.pk]))
    assert not User.objects.get(pk=clerk.pk).is_active
    office_door.post(reverse("accounts:person_activate", args=[clerk.pk]))
    assert User.objects.get(pk=clerk.pk).is_active


def test_reset_of_the_second_factor_closes_open_sessions(administrator: User, clerk: User) -> None:
    at_the_counter = sign_in(Client(), clerk)
    assert at_the_counter.get("/staff/").status_code == 200
    second_factor_reset(person=clerk, by=Actor.staff(administrator))
    assert at_the_counter.get("/staff/")["Location"] == "/staff/sign-in/code/?next=/staff/"


def test_reset_password_closes_open_sessions_and_the_old_one_no_longer_works(office_door: Client, clerk: User) -> None:
    at_the_counter = sign_in(Client(), clerk)
    page = office_door.post(reverse("accounts:person_reset_password", args=[clerk.pk]))
    clerk.refresh_from_db()
    assert page.context["password"] in page.content.decode()
    assert not clerk.check_password(PASSWORD)
    assert at_the_counter.get("/staff/")["Location"] == "/staff/sign-in/?next=/staff/"


@pytest.mark.django_db
def test_other_roles_do_not_reach_people(clerk: User) -> None:
    answer = client_of(Role.MANAGER).post(reverse("accounts:person_reset_password", args=[clerk.pk]))
    assert answer.status_code == 403
    assert User.objects.get(pk=clerk.pk).check_password(PASSWORD)


def test_failing_audit_saves_nothing(monkeypatch: pytest.MonkeyPatch, clerk: User, administrator: User) -> None:
    def fail(**event: object) -> None:
        raise RuntimeError("the audit log is full")

    monkeypatch.setattr("accounts.actions.record", fail)
    with pytest.raises(RuntimeError):
        second_factor_reset(person=clerk, by=Actor.staff(administrator))
    assert authenticator_of(clerk).pk, "the authenticator is still there"
    with pytest.raises(RuntimeError):
        person_deactivate(person=clerk, by=Actor.staff(administrator))
    clerk.refresh_from_db()
    assert clerk.is_active


def test_list_costs_the_same_for_one_and_for_many(
    office_door: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    office_door.get("/staff/people/")
    for people in (0, 30):
        for number in range(people):
            staff_member(Role.CLERK, f"clerk-{number}")
        # session, user, device, count, page
        with django_assert_num_queries(5):
            office_door.get("/staff/people/")


@pytest.fixture
def without_trainers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("accounts.in_use._said_by", [lambda: set(Role) - {Role.TRAINER}])


def test_role_that_the_city_does_not_use_is_neither_offered_nor_given(
    office_door: Client, administrator: User, clerk: User, without_trainers: None
) -> None:
    assert 'value="trainer"' not in office_door.get("/staff/people/new/").content.decode()
    assert office_door.post("/staff/people/new/", NEW | {"role": "trainer"}).status_code == 422
    by = Actor.staff(administrator)
    with pytest.raises(RoleNotInUse, match="この市では使いません"):
        person_change(person=clerk, display_name="架空", email="", role=Role.TRAINER, by=by)
    trainer = staff_member(Role.TRAINER)
    person_deactivate(person=trainer, by=by)
    office_door.post(reverse("accounts:person_activate", args=[trainer.pk]))
    assert not User.objects.get(pk=trainer.pk).is_active
