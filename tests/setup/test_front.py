"""The proxy that puts pages and streams behind one address, over real sockets."""

import asyncio
import contextlib
import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from typing import Any

import pytest

from config import front

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
ANSWER = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"


def run(scene: Coroutine[Any, Any, None]) -> None:
    async def in_time() -> None:
        async with asyncio.timeout(20):
            await scene
            # Let both sides of every connection end, so that no socket is left to the garbage collector.
            await asyncio.gather(*asyncio.all_tasks() - {asyncio.current_task()}, return_exceptions=True)
            await asyncio.sleep(0)

    asyncio.run(in_time())


def echo_head(name: bytes) -> Handler:
    """An upstream that answers with its name and the head it saw."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        writer.write(ANSWER + name + b"\n" + head)
        await writer.drain()
        writer.close()

    return handle


async def closed_port() -> int:
    server = await asyncio.start_server(echo_head(b"gone"), "127.0.0.1", 0)
    port = int(server.sockets[0].getsockname()[1])
    server.close()
    await server.wait_closed()
    return port


@contextlib.asynccontextmanager
async def site(web: Handler | None = None, live: Handler | None = None) -> AsyncIterator[int]:
    """The proxy before two upstreams; one that is None is down. Gives the proxy's port."""
    async with contextlib.AsyncExitStack() as stack:
        ports = []
        for handler in (web, live):
            if handler is None:
                ports.append(await closed_port())
                continue
            server = await asyncio.start_server(handler, "127.0.0.1", 0)
            stack.callback(server.close)
            ports.append(server.sockets[0].getsockname()[1])
        proxy = await front.start("127.0.0.1", 0, front.Upstreams(*ports))
        stack.callback(proxy.close)
        yield proxy.sockets[0].getsockname()[1]


async def ask(port: int, request: bytes) -> bytes:
    """Send `request` and read to the end of the connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    answer = await reader.read()
    writer.close()
    return answer


@pytest.mark.parametrize(
    ("target", "name"), [(b"/", b"web"), (b"/live/staff", b"live"), (b"/lively", b"web"), (b"/a/live/", b"web")]
)
def test_path_chooses_the_upstream(target: bytes, name: bytes) -> None:
    async def scene() -> None:
        async with site(echo_head(b"web"), echo_head(b"live")) as port:
            answer = await ask(port, b"GET " + target + b" HTTP/1.1\r\nHost: a\r\n\r\n")
            assert answer.removeprefix(ANSWER).split(b"\n")[0] == name

    run(scene())


def test_what_a_client_claims_about_its_origin_is_replaced() -> None:
    async def scene() -> None:
        async with site(echo_head(b"web")) as port:
            claims = b"X-Forwarded-For: 10.9.9.9\r\nx-forwarded-proto: https\r\nConnection: keep-alive\r\n"
            answer = await ask(port, b"GET / HTTP/1.1\r\nHost: a\r\n" + claims + b"Accept: text/html\r\n\r\n")
            assert b"10.9.9.9" not in answer
            assert b"x-forwarded-proto" not in answer
            assert b"keep-alive" not in answer
            assert b"X-Forwarded-For: 127.0.0.1\r\n" in answer
            assert b"Accept: text/html\r\n" in answer

    run(scene())


def test_big_upload_arrives_whole() -> None:
    body = bytes(range(256)) * 80_000  # 20 MB

    async def digest(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        received = await reader.readexactly(len(body))
        writer.write(ANSWER + hashlib.sha256(received).hexdigest().encode())
        await writer.drain()
        writer.close()

    async def scene() -> None:
        async with site(digest) as port:
            head = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n" % len(body)
            answer = await ask(port, head + body)
            assert answer == ANSWER + hashlib.sha256(body).hexdigest().encode()

    run(scene())


def test_upload_refused_half_way_still_gets_its_answer() -> None:
    answered = asyncio.Event()

    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 413 Content Too Large\r\nConnection: close\r\n\r\ntoo big")
        writer.write_eof()
        await answered.wait()
        writer.close()

    async def scene() -> None:
        async with site(refuse) as port:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9000000\r\n\r\n" + bytes(3_000_000))
            assert (await reader.read()).endswith(b"too big")
            answered.set()
            writer.close()

    run(scene())


def test_stream_arrives_piece_by_piece() -> None:
    async def scene() -> None:
        next_piece = asyncio.Event()

        async def stream(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(ANSWER + b"data: 1\n\n")
            await next_piece.wait()
            writer.write(b"data: 2\n\n")
            await writer.drain()
            writer.close()

        async with site(live=stream) as port:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"GET /live/desk HTTP/1.1\r\nHost: a\r\n\r\n")
            # The second piece is sent only after the first was seen: a proxy that buffers would hang here.
            await reader.readuntil(b"data: 1\n\n")
            next_piece.set()
            assert await reader.read() == b"data: 2\n\n"
            writer.close()

    run(scene())


def test_client_that_leaves_ends_its_stream() -> None:
    async def scene() -> None:
        left = asyncio.Event()

        async def stream(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(ANSWER)
            await reader.read()
            left.set()
            writer.close()

        async with site(live=stream) as port:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"GET /live/desk HTTP/1.1\r\nHost: a\r\n\r\n")
            await reader.readuntil(ANSWER)
            writer.close()
            await left.wait()

    run(scene())


def test_second_request_on_one_connection_is_not_answered() -> None:
    """One request each: what follows a first one can never reach the other upstream unseen."""

    async def scene() -> None:
        async with site(echo_head(b"web"), echo_head(b"live")) as port:
            answer = await ask(port, b"GET / HTTP/1.1\r\nHost: a\r\n\r\nGET /live/x HTTP/1.1\r\nHost: a\r\n\r\n")
            assert b"live\n" not in answer

    run(scene())


def test_upstream_that_is_down_is_explained_in_japanese() -> None:
    async def scene() -> None:
        async with site() as port:
            answer = await ask(port, b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            assert answer.startswith(b"HTTP/1.1 502 ")
            assert "少し待ってから、もう一度お試しください" in answer.decode()

    run(scene())


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (b"\x16\x03\x01\x02\x00\r\n\r\n", b"400"),
        (b"GET /\r\n\r\n", b"400"),
        (b"GET / HTTP/2\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\nHost : a\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\nHost: a\r\n folded\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\nX: " + b"a" * front.HEAD_BYTES + b"\r\n\r\n", b"431"),
    ],
    ids=["tls", "no version", "http 2", "space before colon", "folded", "head too large"],
)
def test_unreadable_request_is_refused(request_bytes: bytes, status: bytes) -> None:
    async def scene() -> None:
        async with site(echo_head(b"web")) as port:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(request_bytes)
            assert (await reader.readline()).split(b" ")[1] == status
            writer.close()

    run(scene())


def test_request_that_never_ends_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(front, "HEAD_SECONDS", 0.05)

    async def scene() -> None:
        async with site(echo_head(b"web")) as port:
            assert (await ask(port, b"GET / HTTP/1.1\r\nHost:")).startswith(b"HTTP/1.1 408 ")

    run(scene())
