"""The people of the review benchmark: tablets that photograph and send, reviewers who take and answer, over HTTP."""

import hashlib
import http.client
import io
import json
import os
import random
import re
import selectors
import socket
import threading
import time
import uuid
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from benchmarks.streams import MESSAGE, PATIENCE_SECONDS

if TYPE_CHECKING:
    from accounts.models import User
    from postoffices.models import Office

PICTURES = 3
PICTURE_BYTES = 400_000
CSRF = "b" * 32
BOUNDARY = "line-between-parts"
THINKING_SECONDS = 2.0
ANSWER_SECONDS = 60.0
LOOK_SECONDS = 0.005
TOKEN = re.compile(r'name="token"\s+value="([^"]+)"')
VERSION = re.compile(r'name="version"\s+value="(\d+)"')
CHECK = re.compile(r'name="checks"\s+value="([^"]+)"')
QUEUED = re.compile(r"/staff/review/cases/(\d+)/claim/")
PICTURE_URL = re.compile(r'src="(/staff/review/images/[0-9a-f-]+/)"')


class Ears:
    """All open streams, read by one thread: when each heard of which case."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.heard: dict[tuple[str, str], list[float]] = defaultdict(list)
        self.streams: dict[str, int] = defaultdict(int)
        self.arrived = threading.Event()
        self._rest: dict[socket.socket, bytes] = {}
        self._selector = selectors.DefaultSelector()
        self._open = True

    def open(self, topic: str, _number: int, token: str, cookie: str) -> None:
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE_SECONDS)
        head = f"GET /live/stream?grant={quote(token)} HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}\r\n\r\n"
        connection.sendall(head.encode())
        if b" 200 " not in connection.recv(65536).split(b"\r\n", 1)[0]:
            raise RuntimeError("a stream was refused")
        self._rest[connection] = b""
        self.streams[topic] += 1
        self._selector.register(connection, selectors.EVENT_READ, topic)

    def listen(self) -> None:
        while self._open:
            for key, _ in self._selector.select(0.2):
                connection = key.fileobj
                assert isinstance(connection, socket.socket)
                self._read(connection, key.data)

    def _read(self, connection: socket.socket, topic: str) -> None:
        received = connection.recv(65536)
        at = time.monotonic()
        if not received:
            self._selector.unregister(connection)
            return
        text, end = self._rest[connection] + received, 0
        for match in MESSAGE.finditer(text):
            message = json.loads(match[1])
            if message["kind"] == "case":
                self.heard[topic, message["id"]].append(at)
                self.arrived.set()
            end = match.end()
        self._rest[connection] = text[end:]

    def after(self, topic: str, case: str, began: float) -> list[float]:
        """Seconds from `began` to the first receipts of the case by the topic's streams, one for each stream."""
        later = sorted(at - began for at in self.heard[topic, case] if at >= began)
        return later[: self.streams[topic]]

    def close(self) -> None:
        self._open = False
        for connection in self._rest:
            connection.close()


@dataclass
class Person:
    """Somebody's browser: one connection, kept open. `took`: seconds of each request, by what was asked for."""

    port: int
    cookie: str
    failed: int = 0
    took: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    _connection: http.client.HTTPConnection | None = None

    def ask(
        self, stage: str, method: str, path: str, body: bytes = b"", kind: str = "", *, fragment: bool = False
    ) -> tuple[int, str, str]:
        """Status, Location and text. A request that fails is counted, and answered with status 0."""
        headers = {"Cookie": f"{self.cookie}; csrftoken={CSRF}", "X-CSRFToken": CSRF}
        if kind:
            headers["Content-Type"] = kind
        if fragment:
            headers["HX-Request"] = "true"
        began = time.monotonic()
        try:
            answer, text = self._asked(method, path, body, headers)
        except (OSError, http.client.HTTPException):
            self._connection = None
            self.failed += 1
            return 0, "", ""
        self.took[stage].append(time.monotonic() - began)
        if answer.status >= 400:
            self.failed += 1
        return answer.status, answer.getheader("Location") or "", text

    def _asked(
        self, method: str, path: str, body: bytes, headers: dict[str, str]
    ) -> tuple[http.client.HTTPResponse, str]:
        """As a browser does: where the server has closed a connection that rested, on a new one."""
        if self._connection is not None:
            try:
                return self._over(self._connection, method, path, body, headers)
            except (http.client.RemoteDisconnected, ConnectionError):
                self._connection.close()
        self._connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        return self._over(self._connection, method, path, body, headers)

    def _over(
        self, line: http.client.HTTPConnection, method: str, path: str, body: bytes, headers: dict[str, str]
    ) -> tuple[http.client.HTTPResponse, str]:
        line.request(method, path, body or None, headers)
        answer = line.getresponse()
        return answer, answer.read().decode(errors="replace")

    def post(self, stage: str, path: str, values: list[tuple[str, str]] | None = None) -> tuple[int, str, str]:
        return self.ask(stage, "POST", path, urlencode(values or []).encode(), "application/x-www-form-urlencoded")


@dataclass
class Tablet:
    """A clerk: a person comes, signs, is photographed three times, and the case is sent."""

    person: Person
    office: "Office"
    user: "User"
    ears: Ears
    stop: threading.Event
    pause: tuple[float, float]  # before the first case, and from one to the next
    sent: list[tuple[str, float]] = field(default_factory=list)
    shown: dict[str, float] = field(default_factory=dict)  # case -> when its answer stood on the tablet

    def work(self) -> None:
        from django.db import connections

        if self.stop.wait(self.pause[0]):
            return
        try:
            while True:
                began = time.monotonic()
                self._one_case()
                if self.stop.wait(max(0.0, self.pause[1] - (time.monotonic() - began))):
                    return
        finally:
            connections.close_all()

    def _one_case(self) -> None:
        visit = signed_visit(self.office, self.user)
        for _ in range(PICTURES):
            self.person.ask("a picture sent", "POST", f"/staff/review/visits/{visit}/images/", *multipart(a_picture()))
        began = time.monotonic()
        status, _, _ = self.person.post("case sent", f"/staff/review/visits/{visit}/submit/")
        if status == 302:
            case = case_of(visit)
            self.sent.append((case, began))
            self._wait_for_answer(visit, case)

    def _wait_for_answer(self, visit: int, case: str) -> None:
        """As the tablet does: with every push of the case the page's right side is fetched anew."""
        topic, seen = f"office:{self.office.code}", 0
        give_up = time.monotonic() + ANSWER_SECONDS
        while time.monotonic() < give_up:
            heard = len(self.ears.heard[topic, case])
            if heard == seen:
                time.sleep(LOOK_SECONDS)
                continue
            seen = heard
            pane = f"/staff/counters/visits/{visit}/pane/"
            _, _, text = self.person.ask("the clerk's screen", "GET", pane, fragment=True)
            if 'data-result="approved"' in text:
                self.shown[case] = time.monotonic()
                return

    def heard_by(self, topic: str) -> list[float]:
        return [at for case, began in self.sent for at in self.ears.after(topic, case, began)]


@dataclass
class Reviewer:
    """Takes the next case, looks at its pictures, ticks everything and approves; goes on until nothing is left."""

    person: Person
    ears: Ears
    stop: threading.Event
    answered: list[tuple[str, float]] = field(default_factory=list)
    seen: dict[str, float] = field(default_factory=dict)  # case -> when it first stood in this queue

    def work(self) -> None:
        from django.db import connections

        idle = 0
        while not self.stop.is_set() or idle < 3:
            self.ears.arrived.clear()
            case = self._next() if self._looks_at_queue() else None
            if case is not None:
                idle = 0
                self._answer(case)
            elif not self.ears.arrived.wait(2.0):
                idle += 1
        connections.close_all()

    def _looks_at_queue(self) -> bool:
        """Whether there is something to take, as the screen shows it with every push."""
        _, _, queue = self.person.ask("the reviewer's queue", "GET", "/staff/review/queue/", fragment=True)
        waiting = QUEUED.findall(queue)
        for case in waiting:
            self.seen.setdefault(case, time.monotonic())
        return bool(waiting)

    def _next(self) -> str | None:
        """The case that the next-button gives; None when somebody else was quicker."""
        status, where, _ = self.person.post("next taken", "/staff/review/next/")
        case = re.search(r"/cases/(\d+)/", where)
        return case[1] if status == 302 and case else None

    def _answer(self, case: str) -> None:
        _, _, page = self.person.ask("case opened", "GET", f"/staff/review/cases/{case}/")
        for url in dict.fromkeys(PICTURE_URL.findall(page)):
            self.person.ask("a picture looked at", "GET", url)
        time.sleep(THINKING_SECONDS)
        token, version = TOKEN.search(page), VERSION.search(page)
        if token is None or version is None:
            self.person.failed += 1
            return
        values = [("token", token[1]), ("version", version[1]), ("verdict", "approved")]
        began = time.monotonic()
        ticked = [("checks", code) for code in CHECK.findall(page)]
        status, _, _ = self.person.post("case answered", f"/staff/review/cases/{case}/decide/", values + ticked)
        if status == 302:
            self.answered.append((case, began))

    def heard_by_office(self) -> list[float]:
        from review.models import Case

        codes = dict(Case.objects.filter(pk__in=[case for case, _ in self.answered]).values_list("pk", "office__code"))
        return [
            at for case, began in self.answered for at in self.ears.after(f"office:{codes[int(case)]}", case, began)
        ]


def signed_visit(office: "Office", user: "User") -> int:
    """A walk-in, served and signed through the real actions."""
    from applications.actions import application_sign
    from applications.signatures import Point
    from audit.actors import Actor
    from counters.actions import visit_serve, visit_walk_in

    by = Actor.staff(user)
    visit = visit_serve(visit=visit_walk_in(office=office, procedure=office.procedures.get(), by=by), by=by)
    stroke = tuple(Point(10.0 + 5 * step, 20.0, step, 0.5) for step in range(20))
    if visit.application is not None:
        application_sign(application=visit.application, strokes=(stroke,), by=by)
    return visit.pk


def case_of(visit: int) -> str:
    from review.models import Case

    return str(Case.objects.values_list("pk", flat=True).get(visit_id=visit))


@cache
def a_picture() -> bytes:
    """A JPEG of about 400 KB, as the tablet sends it: 2,000 pixels long."""
    from PIL import Image

    noise = Image.frombytes("L", (500, 375), random.Random(1).randbytes(500 * 375)).resize((2000, 1500))
    for quality in range(95, 5, -5):
        made = io.BytesIO()
        noise.convert("RGB").save(made, "JPEG", quality=quality)
        if made.tell() <= PICTURE_BYTES:
            break
    return made.getvalue()


def multipart(picture: bytes) -> tuple[bytes, str]:
    """A form as the page sends it without a script: body and content type."""
    fields = {
        "kind": "application_form",
        "image_id": str(uuid.uuid4()),
        "sha256": hashlib.sha256(picture).hexdigest(),
    }
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n'
    parts += [f"{head}Content-Type: image/jpeg\r\n\r\n".encode(), picture, f"\r\n--{BOUNDARY}--\r\n".encode()]
    return b"".join(parts), f"multipart/form-data; boundary={BOUNDARY}"


def resident_kilobytes(port: int) -> float:
    """What the processes of the server on `port` hold in memory together."""
    pages = 0
    for process in Path("/proc").iterdir():
        if not process.name.isdecimal():
            continue
        try:
            command = (process / "cmdline").read_bytes().split(b"\0")
            if str(port).encode() in command:
                pages += int((process / "statm").read_text().split()[1])
        except OSError:
            continue  # gone in the meantime
    return pages * os.sysconf("SC_PAGE_SIZE") / 1024
