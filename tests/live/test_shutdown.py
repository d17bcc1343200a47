"""How the stream server ends."""

import pytest
from django.db import connection

from config.processes import Process, granian
from tests.fixtures.mail import free_port
from tests.fixtures.site import process_environment, wait_for
from tests.live.conftest import healthy
from tests.live.listeners import Screen, Stream

OPEN_CONNECTIONS = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = 'madoguchi_live'
"""


def connections() -> int:
    with connection.cursor() as cursor:
        cursor.execute(OPEN_CONNECTIONS)
        return int(cursor.fetchone()[0])


def test_a_server_that_is_told_to_stop_closes_streams_and_connections(
    own_office: Screen, tmp_path_factory: pytest.TempPathFactory
) -> None:
    before = connections()
    port = free_port()
    log = tmp_path_factory.mktemp("live") / "live.log"
    server = Process("live", granian("asgi", "live.asgi:application", port), process_environment(), log)
    server.start()
    try:
        wait_for(lambda: healthy(port), f"the stream server's start (see {log})")
        stream = Stream(port, own_office.grant("review"), own_office.cookie())
        assert stream.status == 200
        server.ask_to_stop()
        wait_for(lambda: server.ended() is not None, "the server's end", 10)
        stream.close()
    finally:
        server.wait_or_kill(0.1)
    assert connections() == before
    assert "Traceback" not in log.read_text()
