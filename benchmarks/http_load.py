"""Sends prepared requests over a few kept-open connections, as fast as the server answers."""

import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from urllib.parse import urlencode


@dataclass
class Load:
    """What came back: answers by status, and each answer's time in seconds."""

    statuses: dict[int, int] = field(default_factory=dict)
    seconds: list[float] = field(default_factory=list)

    def add(self, status: int, taken: float) -> None:
        self.statuses[status] = self.statuses.get(status, 0) + 1
        self.seconds.append(taken)


def get(path: str) -> bytes:
    """A whole request."""
    return f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept-Language: ja\r\n\r\n".encode()


def post(path: str, fields: dict[str, str], cookie: str = "") -> bytes:
    """A whole request."""
    body = urlencode(fields).encode()
    head = [
        f"POST {path} HTTP/1.1",
        "Host: localhost",
        "Content-Type: application/x-www-form-urlencoded",
        f"Content-Length: {len(body)}",
        *([f"Cookie: {cookie}"] if cookie else []),
    ]
    return "\r\n".join([*head, "", ""]).encode() + body


def send_all(port: int, requests: Iterator[bytes], *, connections: int, seconds: float) -> Load:
    """Share the requests out among the connections until the time is up. Raises RuntimeError without any left."""
    ends = time.monotonic() + seconds
    with ThreadPoolExecutor(connections) as threads:
        loads = [threads.submit(_send, port, requests, ends) for _ in range(connections)]
        total = Load()
        for load in loads:
            for status, count in load.result().statuses.items():
                total.statuses[status] = total.statuses.get(status, 0) + count
            total.seconds += load.result().seconds
    return total


def _send(port: int, requests: Iterator[bytes], ends: float) -> Load:
    load = Load()
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        while (began := time.monotonic()) < ends:
            request = next(requests, None)
            if request is None:
                raise RuntimeError("no requests left: prepare more")
            connection.sendall(request)
            status = _answer(connection)
            load.add(status, time.monotonic() - began)
    return load


def _answer(connection: socket.socket) -> int:
    """Read one whole answer; its status."""
    received = b""
    while b"\r\n\r\n" not in received:
        piece = connection.recv(65536)
        if not piece:
            raise RuntimeError("the server closed the connection")
        received += piece
    head, _, body = received.partition(b"\r\n\r\n")
    length = 0
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            length = int(line.split(b":")[1])
    while len(body) < length:
        body += connection.recv(65536)
    return int(head.split(b" ", 2)[1])
