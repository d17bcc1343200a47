"""The first sign-in: an authenticator is set up, and the first password replaced."""

from base64 import b32decode

import pytest
from django.contrib.auth import authenticate
from django.test import Client, RequestFactory
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.actions import second_factor_add
from accounts.enrolment import key_text
from accounts.errors import SecondFactorExists
from accounts.models import User
from audit.actors import Actor
from audit.models import AuditEvent
from tests.accounts.codes import code, wrong_code
from tests.people import KEY, PASSWORD

ENROL = "/staff/sign-in/enrol/"
OWN_PASSWORD = "/staff/password/"
NEW = "neue-lange-worte-2026"


@pytest.fixture
def half_way(client: Client, newcomer: User) -> Client:
    """The newcomer's password is given."""
    client.post("/staff/sign-in/", {"username": newcomer.username, "password": PASSWORD})
    return client


def offered_key(client: Client) -> str:
    return b32decode(client.get(ENROL).context["key_text"].replace(" ", "")).hex()


def test_person_without_authenticator_is_asked_to_set_one_up(half_way: Client) -> None:
    assert half_way.get("/staff/sign-in/code/")["Location"] == ENROL
    page = half_way.get(ENROL)
    assert page.context["qr_code"].startswith("data:image/svg+xml")
    assert len(page.context["key_text"].split()) == 8
    assert not TOTPDevice.objects.exists(), "looking at the page writes nothing"


def test_key_stays_the_same_until_it_is_confirmed(half_way: Client) -> None:
    assert offered_key(half_way) == offered_key(half_way)


def test_first_code_confirms_the_authenticator_and_signs_in(half_way: Client, newcomer: User) -> None:
    key = offered_key(half_way)
    assert half_way.post(ENROL, {"code": code(key)})["Location"] == OWN_PASSWORD
    assert TOTPDevice.objects.get(user=newcomer).key == key
    assert list(AuditEvent.objects.order_by("id").values_list("action", flat=True)) == [
        "second_factor_added",
        "signed_in",
    ]
    assert "enrolment_key" not in half_way.session


def test_wrong_first_code_sets_up_nothing(half_way: Client) -> None:
    answer = half_way.post(ENROL, {"code": wrong_code(offered_key(half_way))})
    assert answer.status_code == 422
    assert not TOTPDevice.objects.exists()


def test_second_authenticator_is_refused(newcomer: User) -> None:
    second_factor_add(user=newcomer, key=KEY, by=Actor.staff(newcomer))
    with pytest.raises(SecondFactorExists):
        second_factor_add(user=newcomer, key="ff" * 20, by=Actor.staff(newcomer))


def test_person_with_an_authenticator_gets_no_new_key(client: Client, clerk: User) -> None:
    client.post("/staff/sign-in/", {"username": clerk.username, "password": PASSWORD})
    assert client.get(ENROL)["Location"] == "/staff/sign-in/code/"
    assert client.post(ENROL, {"code": code()})["Location"] == "/staff/sign-in/code/"
    assert TOTPDevice.objects.filter(user=clerk).count() == 1


def test_first_password_must_go_before_any_work(half_way: Client, newcomer: User) -> None:
    half_way.post(ENROL, {"code": code(offered_key(half_way))})
    assert half_way.get("/staff/")["Location"] == f"{OWN_PASSWORD}?next=/staff/"
    typed = {"old_password": PASSWORD, "new_password": NEW, "new_again": NEW}
    assert half_way.post(OWN_PASSWORD, typed)["Location"] == "/staff/"
    assert half_way.get("/staff/").status_code == 200, "the own session goes on"
    request = RequestFactory().post("/")
    assert authenticate(request, username=newcomer.username, password=NEW) == newcomer


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"old_password": "wrong"}, "いまのパスワードが正しくありません。"),
        ({"new_again": "other-long-words-2026"}, "新しいパスワードと一致しません。"),
        ({"new_password": "short", "new_again": "short"}, "12 文字以上"),
        ({"new_password": PASSWORD, "new_again": PASSWORD}, "いまのパスワードと違うものにしてください。"),
    ],
)
def test_bad_new_password_is_explained(half_way: Client, change: dict[str, str], message: str) -> None:
    half_way.post(ENROL, {"code": code(offered_key(half_way))})
    typed = {"old_password": PASSWORD, "new_password": NEW, "new_again": NEW} | change
    answer = half_way.post(OWN_PASSWORD, typed)
    assert answer.status_code == 422
    assert message in answer.content.decode()


def test_key_is_shown_in_groups_of_four() -> None:
    assert key_text("00" * 20) == " ".join(["AAAA"] * 8)
