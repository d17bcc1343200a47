"""Django's admin: for system administrators with a second factor, read-mostly, audited, with its own policy."""

from datetime import date

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from accounts.admin_site import MasterDataAdmin
from accounts.models import User
from accounts.roles import Role
from audit.models import AuditEvent
from postoffices.models import Calendar, CalendarKind, Office, OfficeKind, Posting, Ward
from tests.people import PASSWORD, client_of, sign_in

ADMIN_PAGES = [
    f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}"
    for model in admin.site._registry
    for page in ("changelist", "add")
]


@pytest.fixture
def office(db: None) -> Office:
    calendar = Calendar.objects.create(code="counter", kind=CalendarKind.COUNTER, name="窓口")
    ward = Ward.objects.create(code="ward", name="架空区", position=1)
    return Office.objects.create(
        code="mihon",
        name="見本郵便局",
        kind=OfficeKind.POST_OFFICE,
        ward=ward,
        calendar=calendar,
        opens_on=date(2020, 1, 1),
        position=1,
    )


@pytest.fixture
def admin_client(client: Client, administrator: User) -> Client:
    return sign_in(client, administrator)


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["admin:index", *ADMIN_PAGES])
def test_only_administrators_enter(page: str) -> None:
    url = reverse(page)
    assert Client().get(url, follow=True).redirect_chain[-1][0].startswith("/staff/sign-in/")
    for role in set(Role) - {Role.ADMINISTRATOR}:
        answer = client_of(role).get(url, follow=True)
        assert answer.redirect_chain[-1][0] == "/staff/", role
    wanted = (200, 403) if page.endswith("_add") else (200,)
    assert client_of(Role.ADMINISTRATOR).get(url).status_code in wanted


def test_administrator_without_second_factor_is_sent_to_the_code(client: Client, administrator: User) -> None:
    client.post("/staff/sign-in/", {"username": administrator.username, "password": PASSWORD})
    chain = client.get("/admin/", follow=True).redirect_chain
    assert chain[0][0] == "/admin/login/?next=/admin/"
    assert chain[1][0] == "/staff/sign-in/?next=%2Fadmin%2F"


def test_superuser_flag_alone_opens_nothing(client: Client, clerk: User) -> None:
    User.objects.filter(pk=clerk.pk).update(is_superuser=True, is_staff=True)
    assert sign_in(client, clerk).get("/admin/").status_code == 302


def test_only_our_own_admin_classes_are_registered() -> None:
    assert all(isinstance(page, MasterDataAdmin) for page in admin.site._registry.values())


def test_rows_of_the_profile_are_read_only(admin_client: Client, office: Office) -> None:
    url = reverse("admin:postoffices_office_change", args=[office.pk])
    assert admin_client.get(url).status_code == 200
    assert admin_client.post(url, {"name": "架空郵便局"}).status_code == 403
    assert admin_client.post(reverse("admin:postoffices_office_delete", args=[office.pk])).status_code == 403
    office.refresh_from_db()
    assert office.name == "見本郵便局"


def test_posting_made_in_the_admin_leaves_an_event(admin_client: Client, office: Office, clerk: User) -> None:
    answer = admin_client.post(reverse("admin:postoffices_posting_add"), {"user": clerk.pk, "office": office.pk})
    assert answer.status_code == 302
    posting = Posting.objects.get()
    event = AuditEvent.objects.about(posting).get()
    assert (event.action, event.actor_label) == ("master_data_added", "mihon-administrator")
    admin_client.post(reverse("admin:postoffices_posting_delete", args=[posting.pk]), {"post": "yes"})
    assert AuditEvent.objects.filter(action="master_data_deleted").count() == 1
    assert not Posting.objects.exists()


def test_change_whose_event_fails_is_not_saved(
    admin_client: Client, office: Office, clerk: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**event: object) -> None:
        raise RuntimeError("the audit log is full")

    monkeypatch.setattr("accounts.admin_site.record", fail)
    with pytest.raises(RuntimeError):
        admin_client.post(reverse("admin:postoffices_posting_add"), {"user": clerk.pk, "office": office.pk})
    assert not Posting.objects.exists()


def test_passwords_are_nowhere_in_the_admin(admin_client: Client, clerk: User) -> None:
    page = admin_client.get(reverse("admin:accounts_user_change", args=[clerk.pk])).content.decode()
    assert clerk.password not in page
    assert 'name="password"' not in page


def test_looser_policy_ends_at_the_admin(admin_client: Client) -> None:
    assert "unsafe-inline" in admin_client.get("/admin/")["Content-Security-Policy"]
    assert "unsafe" not in admin_client.get("/staff/")["Content-Security-Policy"]
