"""Streams from a real server: what arrives, where, and when."""

import json

import psycopg
from django.contrib.sessions.models import Session
from django.core import signing
from django.db import transaction

from live.grants import LINK_AGE_SECONDS, LINK_SALT, SALT, grant_for_link
from live.hub import REMEMBERED_SECONDS
from live.notify import CHANNEL, notify
from tests.fixtures.site import wait_for
from tests.live.conftest import OpenStream, healthy, settle
from tests.live.listeners import Screen, Stream

END_LISTENING = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = 'madoguchi_live' AND query ILIKE 'LISTEN %'
"""


def test_a_change_by_another_process_arrives_with_topic_kind_and_id(
    own_office: Screen, open_stream: OpenStream, other_connection: psycopg.Connection, topic: str
) -> None:
    stream = open_stream(own_office.grant(topic), own_office.cookie())
    message = json.dumps({"topic": topic, "kind": "visit", "id": "7"})
    other_connection.execute("SELECT pg_notify(%s, %s)", [CHANNEL, message])
    other_connection.commit()
    assert stream.event() == ("message", {"topic": topic, "kind": "visit", "id": "7"})


def test_nothing_arrives_before_commit_and_nothing_at_all_after_rollback(
    own_office: Screen, open_stream: OpenStream, other_connection: psycopg.Connection, topic: str
) -> None:
    stream = open_stream(own_office.grant(topic), own_office.cookie())
    notify_by = "SELECT pg_notify(%s, %s)"
    held_back = json.dumps({"topic": topic, "kind": "case", "id": "committed last"})
    other_connection.execute(notify_by, [CHANNEL, held_back])
    with transaction.atomic():
        notify(topic, "case", "rolled back")
        transaction.set_rollback(True)
    notify(topic, "case", "committed first")
    assert stream.ids(1) == ["committed first"]
    other_connection.commit()
    assert stream.ids(1) == ["committed last"]


def test_topics_are_kept_apart(own_office: Screen, other_office: Screen, open_stream: OpenStream, topic: str) -> None:
    second, others = f"{topic}:second", f"{topic}:others"
    own = open_stream(own_office.grant(topic, second), own_office.cookie())
    other = open_stream(other_office.grant(others), other_office.cookie())
    for said, id in ((others, 1), (topic, 2), (others, 3), (second, 4), (f"{topic}:nobodys", 5)):
        notify(said, "visit", id)
    assert own.ids(2) == ["2", "4"]
    assert other.ids(2) == ["1", "3"]
    notify(topic, "visit", 6)
    assert own.ids(1) == ["6"]


def test_fifty_screens_all_get_every_message(own_office: Screen, open_stream: OpenStream, topic: str) -> None:
    token = own_office.grant(topic)
    streams = [open_stream(token, own_office.cookie()) for _ in range(50)]
    for id in range(5):
        notify(topic, "visit", id)
    assert [stream.ids(5) for stream in streams] == [["0", "1", "2", "3", "4"]] * 50


def test_what_happened_while_the_page_was_on_its_way_is_sent_first(
    own_office: Screen, open_stream: OpenStream, topic: str
) -> None:
    token = own_office.grant(topic)
    notify(topic, "visit", "between page and stream")
    notify(f"{topic}:others", "visit", "of another office")
    stream = open_stream(token, own_office.cookie())
    notify(topic, "visit", "after")
    assert stream.ids(2) == ["between page and stream", "after"]


def test_a_killed_connection_to_postgresql_is_made_anew_and_screens_are_told_to_resync(
    own_office: Screen, open_stream: OpenStream, other_connection: psycopg.Connection, stream_server: int, topic: str
) -> None:
    streams = [open_stream(own_office.grant(topic), own_office.cookie()) for _ in range(3)]
    assert other_connection.execute(END_LISTENING).fetchall() == [(True,)]
    assert [stream.event() for stream in streams] == [("resync", {})] * 3
    notify(topic, "case", 9)
    assert [stream.ids(1) for stream in streams] == [["9"]] * 3
    assert healthy(stream_server)
    settle()


def test_a_page_older_than_the_servers_memory_is_told_to_resync(
    own_office: Screen, open_stream: OpenStream, topic: str
) -> None:
    content = signing.loads(own_office.grant(topic), salt=SALT)
    token = signing.dumps(content | {"at": content["at"] - REMEMBERED_SECONDS - 1}, salt=SALT)
    stream = open_stream(token, own_office.cookie())
    assert stream.event() == ("resync", {})


def test_a_stream_may_not_be_kept_by_caches_or_proxies(own_office: Screen, open_stream: OpenStream, topic: str) -> None:
    stream = open_stream(own_office.grant(topic), own_office.cookie())
    assert stream.headers["Content-Type"].startswith("text/event-stream")
    assert stream.headers["Cache-Control"] == "no-store"
    assert stream.headers["X-Accel-Buffering"] == "no"


def test_signing_out_ends_the_stream(
    own_office: Screen, other_office: Screen, open_stream: OpenStream, topic: str
) -> None:
    ended = open_stream(own_office.grant(topic), own_office.cookie())
    stays = open_stream(other_office.grant(topic), other_office.cookie())
    Session.objects.filter(session_key=own_office.session_key).delete()
    assert ended.event() is None
    notify(topic, "case", 1)
    assert stays.ids(1) == ["1"]


def test_a_person_who_may_no_longer_work_here_loses_the_stream(
    own_office: Screen, open_stream: OpenStream, topic: str
) -> None:
    stream = open_stream(own_office.grant(topic), own_office.cookie())
    own_office.user.is_active = False
    own_office.user.save(update_fields=["is_active"])
    assert stream.event() is None
    assert open_stream(own_office.grant(topic), own_office.cookie()).status == 403


def test_a_screen_that_left_harms_nobody(
    own_office: Screen, stream_server: int, open_stream: OpenStream, topic: str
) -> None:
    gone = Stream(stream_server, own_office.grant(topic), own_office.cookie())
    stays = open_stream(own_office.grant(topic), own_office.cookie())
    gone.close()
    for id in range(60):
        notify(topic, "case", id)
    assert stays.ids(60) == [str(id) for id in range(60)]
    wait_for(lambda: healthy(stream_server), "an answer of the server", 5)


def test_a_link_hears_its_own_topics_and_nothing_of_others(
    transactional_db: None, open_stream: OpenStream, topic: str
) -> None:
    stream = open_stream(grant_for_link([topic]))
    notify(f"{topic}:others", "visit", 1)
    notify(topic, "calls", 2)
    assert stream.ids(1) == ["2"]


def test_a_links_stream_ends_when_its_time_is_over(own_office: Screen, open_stream: OpenStream, topic: str) -> None:
    content = signing.loads(grant_for_link([topic]), salt=LINK_SALT)
    nearly_over = content | {"at": content["at"] - LINK_AGE_SECONDS + 1}
    ended = open_stream(signing.dumps(nearly_over, salt=LINK_SALT))
    stays = [open_stream(grant_for_link([topic])), open_stream(own_office.grant(topic), own_office.cookie())]
    assert ended.event() == ("resync", {})
    assert ended.event() is None
    notify(topic, "calls", 1)
    assert [stream.ids(1) for stream in stays] == [["1"]] * 2
