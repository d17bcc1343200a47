"""Who is let in to a stream."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core import signing
from django.test import RequestFactory
from django.utils import timezone

from live.grants import (
    LINK_AGE_SECONDS,
    MAX_AGE_SECONDS,
    SALT,
    GrantRefused,
    grant,
    grant_for_link,
    read_grant,
    session_hash,
)
from tests.live.conftest import OpenStream
from tests.live.listeners import Screen

TOPIC = "office:sone"


def test_a_grant_opens_a_stream_in_its_own_session(own_office: Screen, open_stream: OpenStream) -> None:
    assert open_stream(own_office.grant(TOPIC), own_office.cookie()).status == 200


def test_a_stranger_without_session_is_refused(own_office: Screen, open_stream: OpenStream) -> None:
    assert open_stream(own_office.grant(TOPIC)).status == 403


def test_a_colleagues_grant_is_refused(own_office: Screen, other_office: Screen, open_stream: OpenStream) -> None:
    assert open_stream(own_office.grant(TOPIC), other_office.cookie()).status == 403


@pytest.mark.parametrize("token", ["", "forged", "eyJ0b3BpY3MiOlsicmV2aWV3Il19:1:x"])
def test_a_forged_grant_is_refused(own_office: Screen, open_stream: OpenStream, token: str) -> None:
    assert open_stream(token, own_office.cookie()).status == 403


def test_a_grant_with_changed_topics_is_refused(own_office: Screen, open_stream: OpenStream) -> None:
    content = {"topics": ["review"], "session": session_hash(own_office.session_key), "user": own_office.user.pk}
    token = signing.dumps(content | {"at": 0}, key="a key that is not ours", salt=SALT)
    assert open_stream(token, own_office.cookie()).status == 403


def test_a_grant_older_than_a_session_lasts_is_refused(
    own_office: Screen, open_stream: OpenStream, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as clock:
        long_ago = timezone.now().timestamp() - MAX_AGE_SECONDS - 60
        clock.setattr("django.core.signing.time.time", lambda: long_ago)
        token = own_office.grant(TOPIC)
    assert open_stream(token, own_office.cookie()).status == 403


def test_an_expired_session_is_refused(own_office: Screen, open_stream: OpenStream) -> None:
    token = own_office.grant(TOPIC)
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert open_stream(token, own_office.cookie()).status == 403


def test_a_session_that_was_ended_is_refused(own_office: Screen, open_stream: OpenStream) -> None:
    token = own_office.grant(TOPIC)
    Session.objects.all().delete()
    assert open_stream(token, own_office.cookie()).status == 403


@pytest.mark.parametrize(
    ("forwarded", "status"),
    [
        ("10.1.2.3", 200),
        ("203.0.113.5", 404),
        ("10.1.2.3, 203.0.113.5", 404),  # the left entry is the client's own claim
        ("203.0.113.5, 10.1.2.3", 200),
        ("nonsense", 404),
    ],
)
def test_only_staff_networks_are_answered(
    own_office: Screen, open_stream: OpenStream, forwarded: str, status: int
) -> None:
    stream = open_stream(own_office.grant(TOPIC), own_office.cookie(), X_Forwarded_For=forwarded)
    assert stream.status == status


def test_a_grant_holds_neither_the_session_key_nor_a_usable_part_of_it(own_office: Screen) -> None:
    token = own_office.grant(TOPIC)
    assert own_office.session_key not in str(signing.loads(token, salt=SALT))
    assert read_grant(token, own_office.session_key).topics == {TOPIC}
    with pytest.raises(GrantRefused):
        read_grant(token, session_hash(own_office.session_key))


@pytest.mark.django_db
def test_nobody_gets_a_grant_without_signing_in() -> None:
    request = RequestFactory().get("/")
    request.session = SessionStore()
    request.session.create()
    request.user = AnonymousUser()
    with pytest.raises(ValueError, match="signed in"):
        grant(request, [TOPIC])


# -- pages that are opened by a link ------------------------------------------------------------------
def test_a_links_grant_opens_a_stream_without_a_session_from_inside_only(
    transactional_db: None, open_stream: OpenStream
) -> None:
    token = grant_for_link([TOPIC])
    assert open_stream(token).status == 200
    assert open_stream(token, X_Forwarded_For="203.0.113.5").status == 404


def test_a_links_grant_is_over_after_minutes(
    transactional_db: None, open_stream: OpenStream, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as clock:
        long_ago = timezone.now().timestamp() - LINK_AGE_SECONDS - 1
        clock.setattr("django.core.signing.time.time", lambda: long_ago)
        token = grant_for_link([TOPIC])
    assert open_stream(token).status == 403


def test_a_persons_grant_cannot_be_made_a_links(own_office: Screen, open_stream: OpenStream) -> None:
    content = signing.loads(own_office.grant(TOPIC), salt=SALT)
    assert open_stream(signing.dumps({"topics": content["topics"], "at": content["at"]}, salt=SALT)).status != 200
