"""The fan-out inside one process."""

import asyncio
import json
import logging
import time

import pytest

from live.grants import Grant
from live.hub import RESYNC, WAITING_MESSAGES, Client, Hub


def message(topic: str, id: int) -> str:
    return json.dumps({"topic": topic, "kind": "visit", "id": str(id)})


def joined(hub: Hub, topic: str = "review") -> Client:
    return hub.join(Grant(frozenset({topic}), 1, time.time()), "session")


def waiting(client: Client) -> list[bytes | None]:
    return [client.waiting.get_nowait() for _ in range(client.waiting.qsize())]


def listening() -> Hub:
    hub = Hub()
    hub.opened()
    hub.listening_since = time.time() - 30
    return hub


def test_a_screen_that_does_not_read_is_told_to_resync_and_dropped_while_others_go_on() -> None:
    async def play() -> None:
        hub = listening()
        slow, quick = joined(hub), joined(hub)
        for id in range(WAITING_MESSAGES + 1):
            hub.publish(message("review", id))
            assert quick.waiting.get_nowait() is not None
        assert waiting(slow) == [RESYNC, None]
        assert hub.clients == {quick}
        hub.publish(message("review", 999))
        assert waiting(slow) == []
        assert len(waiting(quick)) == 1

    asyncio.run(play())


def test_what_is_no_message_of_ours_is_logged_and_harms_nobody(caplog: pytest.LogCaptureFixture) -> None:
    async def play() -> None:
        hub = listening()
        client = joined(hub)
        with caplog.at_level(logging.WARNING, "live.hub"):
            for broken in ("", "{", "[]", "{}", '"text"'):
                hub.publish(broken)
        assert waiting(client) == []
        assert len(caplog.records) == 5

    asyncio.run(play())


def test_after_a_break_nothing_remembered_is_taken_for_complete() -> None:
    async def play() -> None:
        hub = listening()
        old_page = Grant(frozenset({"review"}), 1, time.time() - 5)
        assert waiting(hub.join(old_page, "session")) == []
        hub.lost()
        hub.opened()
        assert waiting(hub.join(old_page, "session")) == [RESYNC]

    asyncio.run(play())


def test_a_hub_that_everyone_left_keeps_no_topics() -> None:
    async def play() -> None:
        hub = listening()
        client = joined(hub)
        hub.leave(client)
        hub.leave(client)
        assert hub.clients == set()
        assert not hub._by_topic

    asyncio.run(play())
