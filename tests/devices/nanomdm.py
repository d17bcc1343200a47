"""A stand-in for NanoMDM that speaks its API over real HTTP, and tells of what tablets did as its webhook does."""

import json
import plistlib
import threading
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

KEY = "mihon-api-key"
SECRET = "mihon-webhook-secret-of-at-least-32-characters"


@dataclass
class NanoMdmServer:
    """`queue` holds the commands that were taken in, by CommandUUID. `trouble`: what happens to the next request.

    "lost": taken in, then 500. "broken": nothing taken in, 500. "cut": taken in, then the line breaks.
    "no push": taken in, but the tablet could not be woken.
    """

    url: str = ""
    queue: dict[str, tuple[str, dict[str, Any]]] = field(default_factory=dict)
    requests: int = 0
    trouble: list[str] = field(default_factory=list)

    def put(self, path: str, key: str, body: bytes) -> tuple[int, dict[str, Any]] | None:
        """Status and answer; None breaks the line."""
        self.requests += 1
        if b64decode(key.removeprefix("Basic ")).decode() != f"nanomdm:{KEY}":
            return 401, {}
        said = plistlib.loads(body)
        uuid, target = said["CommandUUID"], path.removeprefix("/v1/enqueue/")
        trouble = self.trouble.pop(0) if self.trouble else ""
        if trouble == "broken":
            return 500, {"command_error": "storage: connection lost"}
        if uuid in self.queue:
            return 500, {"command_error": 'pq: duplicate key value violates unique constraint "commands_pkey"'}
        self.queue[uuid] = (target, said["Command"])
        if trouble == "cut":
            return None
        if trouble == "lost":
            return 500, {"status": {target: {"push_error": "push: timeout"}}}
        status = {"push_error": "no push certificate"} if trouble == "no push" else {"push_result": "1"}
        return (207 if trouble else 200), {"command_uuid": uuid, "status": {target: status}}


def _handler(server: NanoMdmServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_PUT(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            answered = server.put(self.path, self.headers.get("Authorization", ""), body)
            if answered is None:
                self.close_connection = True
                return
            content = json.dumps(answered[1]).encode()
            self.send_response(answered[0])
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *said: object) -> None:
            """Silent."""

    return Handler


@contextmanager
def nanomdm_running() -> Iterator[NanoMdmServer]:
    held = NanoMdmServer()
    listener = ThreadingHTTPServer(("127.0.0.1", 0), _handler(held))
    held.url = f"http://127.0.0.1:{listener.server_address[1]}"
    thread = threading.Thread(target=listener.serve_forever, daemon=True)
    thread.start()
    try:
        yield held
    finally:
        listener.shutdown()
        listener.server_close()
        thread.join(5)


def told(
    udid: str, uuid: str = "", status: str = "Idle", created: str = "2026-11-18T10:00:00Z", **answer: Any
) -> bytes:
    """The body of a webhook message."""
    payload = b64encode(plistlib.dumps({"UDID": udid, "Status": status, **answer})).decode()
    event = {"udid": udid, "status": status, "command_uuid": uuid, "raw_payload": payload}
    return json.dumps({"topic": "mdm.Connect", "created_at": created, "acknowledge_event": event}).encode()


Answers = Callable[..., bytes]
