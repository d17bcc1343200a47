"""Open screens: many streams of the live server read by one selector, each receipt with its time."""

import json
import re
import selectors
import socket
import time
from dataclasses import dataclass, field
from urllib.parse import quote

MESSAGE = re.compile(rb'data: (\{"topic".*?\})\n')
PATIENCE_SECONDS = 10.0


@dataclass(eq=False)
class Screen:
    """One open stream and what it heard: (kind, id) with the time (monotonic seconds) of the first receipt."""

    topics: frozenset[str]
    connection: socket.socket
    rest: bytes = b""
    heard: dict[tuple[str, str], float] = field(default_factory=dict)

    def read(self) -> None:
        received = self.connection.recv(65536)
        at = time.monotonic()
        if not received:
            raise RuntimeError("a stream was closed")
        self.rest += received
        end = 0
        for match in MESSAGE.finditer(self.rest):
            message = json.loads(match[1])
            self.heard.setdefault((message["kind"], message["id"]), at)
            end = match.end()
        self.rest = self.rest[end:]


class Screens:
    """All open screens of the benchmark. Close with `close`."""

    def __init__(self) -> None:
        self.all: list[Screen] = []
        self._selector = selectors.DefaultSelector()

    def open(self, port: int, topics: list[str], token: str, cookie: str) -> Screen:
        connection = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_SECONDS)
        path = f"/live/stream?grant={quote(token)}"
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}\r\n\r\n".encode())
        if b" 200 " not in connection.recv(65536).split(b"\r\n", 1)[0]:
            raise RuntimeError("a stream was refused")
        screen = Screen(frozenset(topics), connection)
        self.all.append(screen)
        self._selector.register(connection, selectors.EVENT_READ, screen)
        return screen

    def read(self, seconds: float) -> bool:
        """Read what is there, waiting up to `seconds`. False when nothing came."""
        ready = self._selector.select(seconds)
        for key, _ in ready:
            key.data.read()
        return bool(ready)

    def quiet(self) -> None:
        """Forget everything once nothing comes any more."""
        while self.read(0.5):
            pass
        self.forget()

    def receipts(self, screens: list[Screen], kind: str, id: int) -> list[float]:
        """When each of the screens heard of it, once all have. Raises RuntimeError when one does not."""
        key = (kind, str(id))
        give_up = time.monotonic() + PATIENCE_SECONDS
        while not all(key in screen.heard for screen in screens):
            self.read(0.1)
            if time.monotonic() > give_up:
                raise RuntimeError("a stream did not hear of the change")
        return [screen.heard[key] for screen in screens]

    def forget(self) -> None:
        for screen in self.all:
            screen.heard.clear()

    def close(self) -> None:
        for screen in self.all:
            screen.connection.close()
        self._selector.close()
