"""One address for pages and streams on a demo or a test machine: `python -m config.front --port 8000 ...`.

Pages run on WSGI, which is several times as fast, and streams on ASGI, which holds many of them. In production the
reverse proxy of docker-compose.yml joins the two; here this small one does. It reads the head of a request, chooses
by path, asks the upstream to close after its answer, and then only carries bytes both ways: nothing is buffered
beyond one piece, so that streams arrive at once and uploads need no memory.
"""

import argparse
import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass
from http import HTTPStatus

logger = logging.getLogger(__name__)

HEAD_BYTES = 32 * 1024
PIECE_BYTES = 64 * 1024
HEAD_SECONDS = 15.0
CONNECT_SECONDS = 5.0
# Streams send a sign of life far more often; a page that is silent for so long will not answer any more.
SILENCE_SECONDS = 180.0
# Hop-by-hop, or a claim about where the request comes from that only this process may make.
DROPPED_HEADERS = frozenset(
    {b"connection", b"keep-alive", b"proxy-connection", b"upgrade", b"forwarded", b"x-real-ip"}
    | {b"x-forwarded-for", b"x-forwarded-proto", b"x-forwarded-host", b"x-forwarded-port"}
)
MESSAGES = {
    HTTPStatus.BAD_REQUEST: "リクエストを読み取れませんでした。前の画面に戻って、もう一度お試しください。",
    HTTPStatus.REQUEST_TIMEOUT: "時間内にリクエストが届きませんでした。もう一度お試しください。",
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE: "リクエストのヘッダーが大きすぎます。",
    HTTPStatus.BAD_GATEWAY: "ただいまサーバーを準備しています。少し待ってから、もう一度お試しください。",
}


class Unreadable(Exception):
    """A request that is answered here, with `status`, and goes no further."""

    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status.phrase)
        self.status = status


class SenderGone(ConnectionError):
    """The side whose bytes were being carried broke off."""


@dataclass(frozen=True)
class Upstreams:
    """Ports on this machine where the two servers listen."""

    web: int
    live: int

    def port_for(self, target: bytes) -> int:
        return self.live if target.startswith(b"/live/") else self.web


async def read_head(reader: asyncio.StreamReader) -> bytes:
    """The request line and headers with the empty line. Empty if the client left without a word."""
    try:
        async with asyncio.timeout(HEAD_SECONDS):
            return await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError as error:
        if error.partial.strip():
            raise Unreadable(HTTPStatus.BAD_REQUEST) from error
        return b""
    except asyncio.LimitOverrunError as error:
        raise Unreadable(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE) from error
    except TimeoutError as error:
        raise Unreadable(HTTPStatus.REQUEST_TIMEOUT) from error


def rewrite_head(head: bytes, client: str) -> tuple[bytes, bytes]:
    """The request's target, and the head to send on. Raises Unreadable for what is no HTTP/1 request."""
    request_line, *lines = head.removesuffix(b"\r\n\r\n").split(b"\r\n")
    parts = request_line.split(b" ")
    if len(parts) != 3 or not parts[2].startswith(b"HTTP/1.") or not parts[0].isalpha():
        raise Unreadable(HTTPStatus.BAD_REQUEST)
    kept = []
    for line in lines:
        name, colon, _ = line.partition(b":")
        # A folded or colon-less line could be read differently by two servers.
        if not colon or not name or name != name.strip():
            raise Unreadable(HTTPStatus.BAD_REQUEST)
        if name.lower() not in DROPPED_HEADERS:
            kept.append(line)
    own = [b"Connection: close", b"X-Forwarded-For: " + client.encode()]
    return parts[1], b"\r\n".join([request_line, *kept, *own]) + b"\r\n\r\n"


async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, silence: float | None) -> None:
    """Pass pieces on until `reader` ends. Raises TimeoutError after `silence` seconds without one.

    Raises SenderGone when the side that was sending broke off, other OSErrors when the other side did.
    """
    while True:
        try:
            async with asyncio.timeout(silence):
                piece = await reader.read(PIECE_BYTES)
        except ConnectionError as error:
            raise SenderGone from error
        if not piece:
            return
        writer.write(piece)
        async with asyncio.timeout(SILENCE_SECONDS):
            await writer.drain()


@contextlib.asynccontextmanager
async def connection_to(port: int) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A connection to the upstream on `port`. Raises Unreadable (502) when it does not answer."""
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
    except (OSError, TimeoutError) as error:
        raise Unreadable(HTTPStatus.BAD_GATEWAY) from error
    try:
        yield reader, writer
    finally:
        writer.close()


async def finish(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Tell the client that the answer is complete, and read what it was still sending.

    Closing over unread input would reset the connection and take the answer with it.
    """
    with contextlib.suppress(OSError, TimeoutError):
        async with asyncio.timeout(CONNECT_SECONDS):
            await writer.drain()
            writer.write_eof()
            while await reader.read(PIECE_BYTES):
                continue


def refusal(status: HTTPStatus) -> bytes:
    """A complete answer in Japanese, for a browser."""
    text = MESSAGES[status]
    body = f'<!doctype html><html lang="ja"><meta charset="utf-8"><title>{text}</title><p>{text}</p></html>\n'.encode()
    headers = [
        f"HTTP/1.1 {status.value} {status.phrase}",
        "Content-Type: text/html; charset=utf-8",
        f"Content-Length: {len(body)}",
        "Cache-Control: no-store",
        "Connection: close",
    ]
    if status is HTTPStatus.BAD_GATEWAY:
        headers.append("Retry-After: 2")
    return ("\r\n".join(headers) + "\r\n\r\n").encode() + body


@dataclass(frozen=True)
class Front:
    """Answers every connection: one request each."""

    upstreams: Upstreams

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._forward(reader, writer)
        except Unreadable as error:
            writer.write(refusal(error.status))
        except (OSError, TimeoutError):
            # One side is gone in the middle: there is nobody left to tell.
            logger.debug("connection lost", exc_info=True)
        finally:
            await finish(reader, writer)
            writer.close()

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await read_head(reader)
        if not head:
            return
        target, forwarded = rewrite_head(head, writer.get_extra_info("peername")[0])
        async with connection_to(self.upstreams.port_for(target)) as (upstream_reader, upstream_writer):
            upstream_writer.write(forwarded)
            upload = asyncio.create_task(carry(reader, upstream_writer, silence=None))
            answer = asyncio.create_task(carry(upstream_reader, writer, silence=SILENCE_SECONDS))
            try:
                # The answer's end is the end, even of an upload that was refused half-way; and a client
                # that leaves ends its stream.
                done, _ = await asyncio.wait({upload, answer}, return_when=asyncio.FIRST_COMPLETED)
                # When the client broke off, the upstream would wait for the rest of its request, and keep a thread.
                if answer not in done and not isinstance(upload.exception(), SenderGone | None):
                    await answer  # the upstream reads no further, but what it says is still worth passing on
                for task in done:
                    task.result()
            finally:
                for task in (upload, answer):
                    task.cancel()
                await asyncio.gather(upload, answer, return_exceptions=True)


async def start(host: str, port: int, upstreams: Upstreams) -> asyncio.Server:
    """Listen on `host`:`port` (0 takes a free one). Raises OSError when the port is taken."""
    return await asyncio.start_server(Front(upstreams), host, port, limit=HEAD_BYTES, backlog=256)


async def _serve(host: str, port: int, upstreams: Upstreams) -> None:
    server = await start(host, port, upstreams)
    async with server:
        await server.serve_forever()


def main() -> None:
    parser = argparse.ArgumentParser(description="One address for the web and the live server.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--web", type=int, required=True, help="port of the web server")
    parser.add_argument("--live", type=int, required=True, help="port of the live server")
    arguments = parser.parse_args()
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(arguments.host, arguments.port, Upstreams(arguments.web, arguments.live)))


if __name__ == "__main__":
    main()
