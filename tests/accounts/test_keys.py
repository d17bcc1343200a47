"""Security keys: registered, used instead of a code, refused when anything is not as it should be, removed."""

import html
import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from django.db import IntegrityError
from django.test import Client

from accounts.actions import second_factor_reset
from accounts.models import SecurityKey, User
from accounts.roles import Role
from accounts.sessions import FACTOR_AT
from audit.models import AuditEvent
from tests.accounts.authenticator import SoftKey
from tests.people import PASSWORD, authenticator_of, client_of, sign_in, staff_member
from tests.reservations.town import SYSTEM

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

START = "/staff/"
CODE = "/staff/sign-in/code/"
ENROL = "/staff/sign-in/enrol/"
OWN = "/staff/own/"


def options_on(client: Client, path: str) -> dict[str, Any]:
    """The question that the page puts to a key."""
    page = client.get(path).content.decode()
    found = re.search(r'data-key-options="([^"]*)"', page)
    assert found, page
    options: dict[str, Any] = json.loads(html.unescape(found[1]))
    return options


def after_password(user: User) -> Client:
    client = Client()
    client.post("/staff/sign-in/", {"username": user.username, "password": PASSWORD})
    return client


@pytest.fixture
def key() -> SoftKey:
    return SoftKey(b"blue key of mihon")


@pytest.fixture
def holder(newcomer: User, key: SoftKey) -> User:
    """Somebody whose only second factor is a key."""
    client = after_password(newcomer)
    client.post(ENROL, {"name": "青いキー", "key": key.create(options_on(client, ENROL))})
    User.objects.filter(pk=newcomer.pk).update(must_change_password=False)
    return newcomer


def give(client: Client, key: SoftKey, path: str = CODE) -> "Answer":
    return client.post(path, {"key": key.get(options_on(client, path))})


def refused(answer: "Answer") -> bool:
    return answer.status_code == 422 and "キーを確認できませんでした" in answer.content.decode()


def test_a_first_sign_in_without_a_telephone(newcomer: User, key: SoftKey) -> None:
    client = after_password(newcomer)
    answer = client.post(ENROL, {"name": "青いキー", "key": key.create(options_on(client, ENROL))})
    assert answer["Location"].startswith("/staff/password/")
    held = SecurityKey.objects.get()
    assert (held.user, held.name, held.transports) == (newcomer, "青いキー", ["usb"])
    assert [*AuditEvent.objects.values_list("action", flat=True)][-2:] == ["security_key_added", "signed_in"]


def test_a_key_opens_what_a_code_opens(holder: User, key: SoftKey) -> None:
    client = after_password(holder)
    assert "確認コード" not in client.get(CODE).content.decode().partition("<form")[2].partition("</form>")[0]
    assert give(client, key)["Location"] == START
    assert client.get(START).status_code == 200
    held = SecurityKey.objects.get()
    assert (held.sign_count, held.last_used_at is None) == (1, False)


def test_a_key_stands_beside_an_authenticator(holder: User, key: SoftKey) -> None:
    authenticator_of(holder)
    client = after_password(holder)
    page = client.get(CODE).content.decode()
    assert "data-key-button" in page
    assert "認証アプリで確認するとき" in page
    assert give(client, key)["Location"] == START


def test_anothers_key_is_refused_and_recorded(holder: User, key: SoftKey, clerk: User) -> None:
    authenticator_of(clerk)
    client = after_password(clerk)
    client.get(CODE)
    options = {"challenge": "AAAA", "rpId": "localhost"}
    assert refused(client.post(CODE, {"key": key.get(options)}))
    event = AuditEvent.objects.latest("id")
    assert (event.action, event.detail["step"]) == ("sign_in_failed", "key")


def test_another_key_under_the_same_name_is_refused(holder: User, key: SoftKey) -> None:
    client = after_password(holder)
    assert refused(give(client, SoftKey(key.credential)))


def test_an_answer_given_at_another_site_is_refused(holder: User, key: SoftKey) -> None:
    key.origin = "https://madoguchi.example.com"
    assert refused(give(after_password(holder), key))


def test_an_answer_counts_once_even_in_its_own_session(holder: User, key: SoftKey) -> None:
    key.counts = False
    client = after_password(holder)
    spent = key.get(options_on(client, CODE))
    assert client.post(CODE, {"key": spent})["Location"] == START
    session = client.session
    session[FACTOR_AT] = 0
    session.save()
    removal = f"{OWN}keys/{SecurityKey.objects.get().pk}/remove/"
    assert refused(client.post(removal, {"factor-key": spent}))


def test_an_answer_to_another_sessions_question_is_refused(holder: User, key: SoftKey) -> None:
    answer = key.get(options_on(after_password(holder), CODE))
    other = after_password(holder)
    options_on(other, CODE)
    assert refused(other.post(CODE, {"key": answer}))


def test_a_copy_of_a_key_is_noticed_by_its_counter(holder: User, key: SoftKey) -> None:
    give(after_password(holder), key)
    give(after_password(holder), key)
    key.count = 0
    assert refused(give(after_password(holder), key))


@pytest.mark.parametrize("answer", ["", "{", "[]", "{}", '{"response": {}}', '{"id": 1, "response": []}', "x" * 30_000])
def test_nonsense_is_refused_in_words(holder: User, answer: str) -> None:
    client = after_password(holder)
    client.get(CODE)
    assert client.post(CODE, {"key": answer}).status_code == 422


def test_several_keys_with_names_of_their_own(holder: User, key: SoftKey) -> None:
    client = sign_in(Client(), holder)
    second = SoftKey(b"second")
    same = client.post(OWN, {"name": "青いキー", "key": second.create(options_on(client, OWN))})
    assert "別の名前を付けてください" in same.content.decode()
    done = client.post(OWN, {"name": "予備", "key": second.create(options_on(client, OWN))})
    assert done["Location"] == OWN
    again = client.post(OWN, {"name": "三つ目", "key": key.create(options_on(client, OWN))})
    assert "すでに登録されています" in again.content.decode()
    assert [held.name for held in SecurityKey.objects.filter(user=holder)] == ["青いキー", "予備"]


def test_the_database_holds_a_key_once(holder: User) -> None:
    held = SecurityKey.objects.get()
    with pytest.raises(IntegrityError, match="security_key_is_registered_once"):
        SecurityKey.objects.create(user=holder, name="予備", credential_id=held.credential_id, public_key=b"x")


def test_ones_last_key_stays(holder: User, key: SoftKey) -> None:
    client = after_password(holder)
    give(client, key)
    page = client.post(f"{OWN}keys/{SecurityKey.objects.get().pk}/remove/", follow=True)
    assert "先に、ほかのキーか認証アプリを登録してください" in page.content.decode()
    assert SecurityKey.objects.exists()


def test_nobody_removes_anothers_key_on_the_own_page(holder: User) -> None:
    stranger = client_of(Role.REVIEWER, "stranger")
    assert stranger.post(f"{OWN}keys/{SecurityKey.objects.get().pk}/remove/").status_code == 404


def test_the_administrator_sees_keys_and_takes_a_lost_one_away(holder: User, key: SoftKey) -> None:
    at_work = after_password(holder)
    give(at_work, key)
    assert at_work.get(START).status_code == 200
    administrator = client_of(Role.ADMINISTRATOR)
    assert "キー1個" in administrator.get("/staff/people/").content.decode()
    assert "青いキー" in administrator.get(f"/staff/people/{holder.pk}/").content.decode()
    held = SecurityKey.objects.get()
    administrator.post(f"/staff/people/{holder.pk}/keys/{held.pk}/remove/")
    assert not SecurityKey.objects.exists()
    assert at_work.get(START)["Location"].startswith(CODE)
    assert AuditEvent.objects.latest("id").action == "security_key_removed"


def test_a_reset_forgets_keys_too(holder: User) -> None:
    second_factor_reset(person=holder, by=SYSTEM)
    assert not SecurityKey.objects.exists()
    assert after_password(holder).get(CODE)["Location"] == ENROL


def test_the_list_of_staff_takes_as_many_queries_for_many_keys(holder: User, django_assert_num_queries: Any) -> None:
    administrator = client_of(Role.ADMINISTRATOR)
    for number in range(5):
        person = staff_member(Role.CLERK, f"clerk-{number}")
        SecurityKey.objects.create(user=person, name="キー", credential_id=f"id-{number}", public_key=b"x")
    administrator.get("/staff/people/")
    with django_assert_num_queries(5):
        administrator.get("/staff/people/")


def test_a_key_confirms_what_cannot_be_taken_back(holder: User, key: SoftKey) -> None:
    client = sign_in(Client(), holder)
    session = client.session
    session[FACTOR_AT] = 0
    session.save()
    second = SoftKey(b"second").create(options_on(client, OWN))
    asked = client.post(OWN, {"name": "予備", "key": second})
    assert asked.status_code == 401
    found = re.search(r'data-key-options="([^"]*)"', asked.content.decode())
    assert found
    proof = key.get(json.loads(html.unescape(found[1])))
    assert client.post(OWN, {"name": "予備", "key": second, "factor-key": proof})["Location"] == OWN
    assert SecurityKey.objects.filter(user=holder).count() == 2
