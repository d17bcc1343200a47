"""A real stream server in a process of its own, and connections to the database beside it."""

import http.client
import time
from collections.abc import Callable, Iterator
from uuid import uuid4

import psycopg
import pytest
from django.db import connection

from config.processes import Process, granian
from live.hub import CLOCK_SECONDS
from tests.fixtures.mail import free_port
from tests.fixtures.site import process_environment, wait_for
from tests.live.listeners import Screen, Stream, signed_in

OpenStream = Callable[..., Stream]


def healthy(port: int) -> bool:
    probe = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        probe.request("GET", "/live/healthz")
        return probe.getresponse().status == 200
    except OSError:
        return False
    finally:
        probe.close()


def settle() -> None:
    """Let the server listen for so long that it may hold what new pages missed for complete."""
    time.sleep(CLOCK_SECONDS + 0.1)


@pytest.fixture(scope="module")
def stream_server(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of a running stream server behind one proxy, open to 127.0.0.0/8 and 10.1.0.0/16."""
    port = free_port()
    log = tmp_path_factory.mktemp("live") / "live.log"
    environment = process_environment(PROXY_COUNT="1", STAFF_NETWORKS="127.0.0.0/8,10.1.0.0/16")
    process = Process("live", granian("asgi", "tests.live.quick_server:application", port), environment, log)
    process.start()
    try:
        wait_for(lambda: healthy(port), f"the stream server's start (see {log})")
        settle()
        yield port
    finally:
        process.ask_to_stop()
        process.wait_or_kill(15)


@pytest.fixture
def own_office(transactional_db: None) -> Screen:
    return signed_in("clerk-of-this-office")


@pytest.fixture
def other_office(transactional_db: None) -> Screen:
    return signed_in("clerk-of-another-office")


@pytest.fixture
def open_stream(stream_server: int) -> Iterator[OpenStream]:
    """Opens streams and closes them after the test."""
    opened: list[Stream] = []

    def open_one(token: str, cookie: str = "", **headers: str) -> Stream:
        opened.append(Stream(stream_server, token, cookie, **headers))
        return opened[-1]

    yield open_one
    for stream in opened:
        stream.close()


@pytest.fixture
def other_connection(transactional_db: None) -> Iterator[psycopg.Connection]:
    """A second connection to the test database, as another process would have it."""
    settings = connection.settings_dict
    with psycopg.connect(dbname=settings["NAME"], user=settings["USER"], host=settings["HOST"]) as other:
        yield other


@pytest.fixture
def topic() -> str:
    """A topic of this test alone: the server remembers for a minute what other tests said."""
    return f"office:{uuid4().hex[:12]}"
