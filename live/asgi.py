"""The stream server: `granian --interface asgi live.asgi:application`. Knows settings, but no models.

One LISTEN connection per process; each open screen has a queue of its own (`live.hub`).
"""

import asyncio
import contextlib
import os
import signal
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from types import FrameType
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from django.conf import settings
from django.utils.log import configure_logging

from live.database import Sessions, listen, watch_sessions
from live.door import Scope, Turned, admit
from live.hub import Client, Hub

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

HEARTBEAT_SECONDS = 15.0
SESSION_SECONDS = 60.0
# A screen that takes nothing for so long is gone, whatever its connection says.
SEND_SECONDS = 30.0
LAST_SECONDS = 1.0
FIRST_WORDS = b"retry: 2000\n: connected\n\n"
HEARTBEAT = b": still here\n\n"
STREAM_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),  # nginx would otherwise keep events back
    (b"x-content-type-options", b"nosniff"),
]
TEXT_HEADERS = [
    (b"content-type", b"text/plain; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
]


class StreamServer:
    """The ASGI application: streams, their health, and the work that runs beside them.

    Sessions are looked at again every `session_seconds`.
    """

    def __init__(self, session_seconds: float = SESSION_SECONDS) -> None:
        self.session_seconds = session_seconds
        self.hub = Hub()
        self.sessions = Sessions()
        self.work: list[asyncio.Task[None]] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            await self._answer(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        end_when_told_to_stop(self.hub)
        self.work = [
            asyncio.create_task(listen(self.hub)),
            asyncio.create_task(watch_sessions(self.hub, self.sessions, self.session_seconds)),
        ]
        await send({"type": "lifespan.startup.complete"})
        await receive()
        self.hub.end_all()
        for task in self.work:
            task.cancel()
        await self.sessions.close()
        await send({"type": "lifespan.shutdown.complete"})

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] != "GET":
            return await _text(send, HTTPStatus.METHOD_NOT_ALLOWED)
        if scope["path"] == "/live/healthz":
            listening = self.hub.listening_since is not None
            return await _text(send, HTTPStatus.OK if listening else HTTPStatus.SERVICE_UNAVAILABLE)
        if scope["path"] != "/live/stream":
            return await _text(send, HTTPStatus.NOT_FOUND)
        try:
            admitted = await admit(scope, self.sessions)
        except Turned as turned:
            return await _text(send, turned.status)
        client = self.hub.join(admitted.grant, admitted.session_key)
        try:
            await _stream(client, receive, send)
        finally:
            self.hub.leave(client)


def end_when_told_to_stop(hub: Hub) -> None:
    """Close all streams on SIGTERM and SIGINT, beside what the server does itself.

    granian waits for open answers before it says `lifespan.shutdown`, and a stream never ends by itself.
    """
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        before = signal.getsignal(number)

        def end(received: int, frame: FrameType | None, before: Any = before) -> None:
            loop.call_soon_threadsafe(hub.end_all)
            if callable(before):
                before(received, frame)

        signal.signal(number, end)


async def _stream(client: Client, receive: Receive, send: Send) -> None:
    """Send events until the client goes or is sent away."""
    await send({"type": "http.response.start", "status": HTTPStatus.OK, "headers": STREAM_HEADERS})
    tasks = {asyncio.create_task(_send_events(client, send)), asyncio.create_task(_gone(receive))}
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    # Closing an answer that nobody reads any more is no error worth a line in the log.
    with contextlib.suppress(OSError, RuntimeError):
        async with asyncio.timeout(LAST_SECONDS):
            await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _send_events(client: Client, send: Send) -> None:
    event: bytes | None = FIRST_WORDS
    while event is not None:
        async with asyncio.timeout(SEND_SECONDS):
            await send({"type": "http.response.body", "body": event, "more_body": True})
        try:
            async with asyncio.timeout(HEARTBEAT_SECONDS):
                event = await client.waiting.get()
        except TimeoutError:
            event = HEARTBEAT


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _text(send: Send, status: HTTPStatus) -> None:
    body = f"{status.phrase}\n".encode()
    await send({"type": "http.response.start", "status": status, "headers": TEXT_HEADERS})
    await send({"type": "http.response.body", "body": body, "more_body": False})


configure_logging(settings.LOGGING_CONFIG, settings.LOGGING)
application = StreamServer()
