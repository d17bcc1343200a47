"""Citizens who walk the booking's road over HTTP, page by page, each with a connection and a network of their own.

They read what the pages say: the days and times they press and the forms they send are the page's.
"""

import asyncio
import html
import random
import re
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

ARRIVING = ("home", "procedures", "procedure", "places")
STEPS = ("month", "times", "hold", "form", "check", "book", "done")
RETURNING = ("find", "found", "shown")
DAY_LINK = re.compile(r'href="(/book/renewal/[^"/]+/\d{4}-\d\d-\d\d/)"')
SLOT_BUTTON = re.compile(r'name="slot"\s+value="(\d+)"')
NUMBER = re.compile(r"<strong>(\d{3}-\d{3}-\d{3})</strong>")
CSRF_FIELD = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
CSRF_COOKIE = re.compile(rb"set-cookie:\s*(csrftoken=[^;]+)", re.IGNORECASE)
LENGTH = re.compile(rb"content-length:\s*(\d+)", re.IGNORECASE)
LOCATION = re.compile(rb"location:\s*(\S+)", re.IGNORECASE)
FULL = 409
TRIES = 5  # as often somebody presses another time when theirs has just gone
PATIENCE_SECONDS = 30.0
# Names have no digits: everybody's number stands in their name as letters.
LETTERS = str.maketrans("0123456789", "あいうえおかきくけこ")


class WentWrong(Exception):
    """A page answered something else than a citizen may meet."""


class NothingFree(Exception):
    """Told that no time is left: no error."""


@dataclass
class Record:
    """What all citizens together met. Times in seconds of the citizens' clock; moments are monotonic."""

    seconds: dict[str, list[float]] = field(
        default_factory=lambda: {step: [] for step in (*ARRIVING, *STEPS, *RETURNING)}
    )
    booked_at: list[float] = field(default_factory=list)
    errors: Counter[str] = field(default_factory=Counter)
    told_full: int = 0
    gave_up: int = 0
    walking: int = 0
    most_walking: int = 0


@dataclass(frozen=True)
class Answer:
    status: int
    head: bytes
    text: str

    @property
    def location(self) -> str:
        found = LOCATION.search(self.head)
        return found[1].decode() if found else ""


class Browser:
    """One citizen's connection, kept open, with the cookie a browser would keep."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, network: str) -> None:
        self.reader, self.writer, self.network = reader, writer, network
        self.cookie = ""

    @classmethod
    async def opened(cls, port: int, number: int) -> "Browser":
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        return cls(reader, writer, f"10.{number // 250 % 250}.{number % 250}.1")

    async def get(self, path: str) -> Answer:
        return await self._send("GET", path, b"")

    async def post(self, path: str, fields: Mapping[str, str]) -> Answer:
        return await self._send("POST", path, urlencode(fields).encode())

    async def _send(self, method: str, path: str, body: bytes) -> Answer:
        lines = [
            f"{method} {path} HTTP/1.1",
            "Host: localhost",
            "Accept-Language: ja",
            f"X-Forwarded-For: {self.network}",
            *([f"Cookie: {self.cookie}"] if self.cookie else []),
            *(["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"] if body else []),
        ]
        self.writer.write("\r\n".join([*lines, "", ""]).encode() + body)
        head = await asyncio.wait_for(self.reader.readuntil(b"\r\n\r\n"), PATIENCE_SECONDS)
        length = LENGTH.search(head)
        content = await self.reader.readexactly(int(length[1])) if length else b""
        if cookie := CSRF_COOKIE.search(head):
            self.cookie = cookie[1].decode()
        return Answer(int(head.split(b" ", 2)[1]), head, content.decode())

    def close(self) -> None:
        self.writer.close()


@dataclass
class Citizen:
    """`pause` is the mean time in seconds between an answer and the next click; 0 presses at once."""

    browser: Browser
    number: int
    office: str
    pause: float
    record: Record
    day: str = ""
    clock: Callable[[], float] = time.monotonic

    async def walk(self, times: Answer | None = None) -> bool:
        """From the month (or the times, if they are open already) to the booking's page. True when booked.

        What went wrong is in the record.
        """
        self.record.walking += 1
        self.record.most_walking = max(self.record.most_walking, self.record.walking)
        try:
            await self.book(times or await self.choose())
        except NothingFree:
            self.record.gave_up += 1
        except (WentWrong, OSError, EOFError, TimeoutError) as wrong:
            self.record.errors[f"{type(wrong).__name__}: {wrong}"] += 1
        else:
            return True
        finally:
            self.record.walking -= 1
            self.browser.close()
        return False

    async def arrive(self) -> None:
        """The pages before the month."""
        addresses = ("/", "/book/", "/book/renewal/", "/book/renewal/places/")
        for step, address in zip(ARRIVING, addresses, strict=True):
            await self.timed(step, address)

    async def come_back(self, number: str) -> None:
        """Find the booking with this number again."""
        asked = await self.timed("find", "/r/find/")
        known = {name: value for name, value in self.typed().items() if name.startswith("birth_date")}
        found = await self.timed("found", "/r/find/", known | {"number": number} | _csrf(asked), expected=302)
        await self.timed("shown", found.location)

    async def choose(self) -> Answer:
        """The times of a day that the month shows as free."""
        month = await self.timed("month", f"/book/renewal/{self.office}/")
        days = DAY_LINK.findall(month.text)
        if not days:
            raise NothingFree
        self.day = random.choice(days)
        await self.think()
        return await self.timed("times", self.day)

    async def book(self, times: Answer) -> str:
        """Hold one of the times and go on to the end. Returns the booking's number."""
        form_address = await self.hold(times)
        form = await self.timed("form", form_address)
        await self.think()
        path, _, query = form_address.partition("?")
        typed = self.typed() | _csrf(form)
        check = await self.timed("check", f"{path}confirm/?{query}", typed)
        await self.think()
        booked = await self.timed("book", f"{path}book/?{query}", typed | _csrf(check), expected=302)
        self.record.booked_at.append(time.monotonic())
        done = await self.timed("done", booked.location)
        told = NUMBER.search(done.text)
        if told is None:
            raise WentWrong("done told no number")
        return told[1]

    async def hold(self, times: Answer) -> str:
        """The address of the form. Raises NothingFree."""
        for _ in range(TRIES):
            slots = SLOT_BUTTON.findall(times.text)
            if not slots:
                break
            await self.think()
            pressed = _csrf(times) | {"slot": random.choice(slots)}
            times = await self.timed("hold", self.day, pressed, expected=302, or_else=FULL)
            if times.status != FULL:
                return times.location
            self.record.told_full += 1
        raise NothingFree

    async def timed(
        self, step: str, path: str, fields: Mapping[str, str] | None = None, *, expected: int = 200, or_else: int = 0
    ) -> Answer:
        began = self.clock()
        answer = await (self.browser.get(path) if fields is None else self.browser.post(path, fields))
        self.record.seconds[step].append(self.clock() - began)
        if answer.status not in (expected, or_else):
            raise WentWrong(f"{step} answered {answer.status}")
        return answer

    async def think(self) -> None:
        if self.pause:
            await asyncio.sleep(random.uniform(0.5, 1.5) * self.pause)

    def typed(self) -> dict[str, str]:
        """Three in four give a mail address."""
        return {
            "name": f"見本 {str(self.number).translate(LETTERS)}子",
            "reading": "ミホン ハナコ",
            "birth_date_year": "昭和55",
            "birth_date_month": "2",
            "birth_date_day": "29",
            "address": "見本市架空区1-2-3",
            "phone": f"{self.number:011d}",
            "email": f"hanako-{self.number}@example.jp" if self.number % 4 else "",
        }


def _csrf(page: Answer) -> dict[str, str]:
    found = CSRF_FIELD.search(page.text)
    return {"csrfmiddlewaretoken": html.unescape(found[1])} if found else {}
