"""From the clerk's tap to the reviewer's screen, and from the reviewer's answer to the clerk's, with 200 open streams.

    python -m benchmarks.live [--json] [--cases N]

The real stream server and the real actions, on a database and a vault of its own that are gone afterwards. Nothing
leaves this machine. Beside it, in the same run: a bare NOTIFY from one connection to another. About a minute.
"""

import argparse
import http.client
import os
import signal
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

import psycopg

from benchmarks.counters import cookie_of, grant_of, photographed_case, staff
from benchmarks.figures import Latency, machine, show
from benchmarks.serving import served
from benchmarks.streams import Screen, Screens
from benchmarks.town import address, build_town, own_database

if TYPE_CHECKING:
    from accounts.models import User
    from audit.actors import Actor
    from postoffices.models import Office
    from review.models import Case

STREAMS = 200
REVIEWERS = 20
BAR_MS = 300.0
WARM_UP = 3
BARE_ROUNDS = 200
SETTINGS = "config.settings"
# An address and a cookie to what the server answers.
Fetch = Callable[[str, str], bytes]


@dataclass
class Desk:
    """One clerk and one reviewer whose screens also fetch, and the streams that hear of their office's cases."""

    office: "Office"
    clerk: "User"
    clerk_cookie: str
    reviewer: "User"
    reviewer_cookie: str
    screens: Screens
    reviewers: list[Screen]
    clerks: list[Screen]


@dataclass
class Times:
    """Seconds from the start of the action."""

    heard: list[float] = field(default_factory=list)
    shown: list[float] = field(default_factory=list)


def open_desk(port: int, screens: Screens) -> Desk:
    """200 people signed in, each with an open stream: 20 reviewers, the others clerks of ten offices."""
    from accounts.roles import Role
    from postoffices.models import Office, Posting

    offices = list(Office.objects.order_by("pk"))
    people = []
    for number in range(STREAMS):
        office = offices[number % len(offices)]
        user = staff(Role.REVIEWER if number < REVIEWERS else Role.CLERK, number)
        if number >= REVIEWERS:
            Posting.objects.create(user=user, office=office)
        topics = ["review"] if number < REVIEWERS else [f"office:{office.code}"]
        cookie = cookie_of(user)
        screens.open(port, topics, grant_of(user, cookie, topics), cookie)
        people.append((user, cookie))
    office = offices[REVIEWERS % len(offices)]
    reviewers = [screen for screen in screens.all if "review" in screen.topics]
    clerks = [screen for screen in screens.all if f"office:{office.code}" in screen.topics]
    return Desk(office, *people[REVIEWERS], *people[0], screens, reviewers, clerks)


def measure(desk: Desk, cases: list["Case"], fetch: Fetch | None) -> tuple[Times, Times]:
    """Send, claim and answer each case; with `fetch` also load what the first reviewer and the clerk then see."""
    from audit.actors import Actor
    from review.actions import case_claim, case_submit

    clerk, reviewer = Actor.staff(desk.clerk), Actor.staff(desk.reviewer)
    submitted, decided = Times(), Times()
    for case in cases:
        queue = partial(fetch, "/staff/review/queue/", desk.reviewer_cookie) if fetch else None
        pane = partial(fetch, f"/staff/counters/visits/{case.visit_id}/pane/", desk.clerk_cookie) if fetch else None
        began = time.monotonic()
        case_submit(case=case, by=clerk)
        _receive(desk, case, desk.reviewers, began, submitted, queue)
        claimed = case_claim(case=case, by=reviewer)
        _all_have_heard(desk, case)
        began = time.monotonic()
        _approve(claimed, reviewer)
        _receive(desk, case, desk.clerks, began, decided, pane)
    return submitted, decided


def _approve(case: "Case", by: "Actor") -> None:
    from review.actions import case_decide
    from review.models import Verdict

    assert case.lease_token is not None
    case_decide(
        case=case,
        token=case.lease_token,
        version=case.version,
        verdict=Verdict.APPROVED,
        reason=None,
        remarks="",
        by=by,
    )


def _receive(
    desk: Desk,
    case: "Case",
    to: list[Screen],
    began: float,
    times: Times,
    fetch: Callable[[], bytes] | None,
) -> None:
    """Note when each of the screens heard of the case, and with `fetch` when the first one could show it."""
    if fetch is not None:
        key = ("case", str(case.pk))
        while key not in to[0].heard:
            desk.screens.read(1.0)
        fetch()
        times.shown.append(time.monotonic() - began)
    times.heard += [at - began for at in desk.screens.receipts(to, "case", case.pk)]
    _all_have_heard(desk, case)


def _all_have_heard(desk: Desk, case: "Case") -> None:
    """The next step starts when nobody is still being told of this one."""
    desk.screens.receipts(desk.reviewers + desk.clerks, "case", case.pk)
    desk.screens.forget()


@contextmanager
def fetching(port: int) -> Iterator[Fetch]:
    """GET as htmx does it, over connections kept open, one for each person."""
    connections: dict[str, http.client.HTTPConnection] = {}

    def fetch(path: str, cookie: str) -> bytes:
        connection = connections.setdefault(cookie, http.client.HTTPConnection("127.0.0.1", port, timeout=10))
        connection.request("GET", path, headers={"Cookie": cookie, "HX-Request": "true"})
        response = connection.getresponse()
        body = response.read()
        if response.status != 200:
            raise RuntimeError(f"{path} answered {response.status}")
        return body

    yield fetch
    for connection in connections.values():
        connection.close()


def bare_notify() -> list[float]:
    """Seconds from one connection's NOTIFY to its receipt on another, with nobody else in between."""
    times = []
    with (
        psycopg.connect(address(), autocommit=True) as sender,
        psycopg.connect(address(), autocommit=True) as listener,
    ):
        listener.execute("LISTEN benchmark_bare")
        for _ in range(BARE_ROUNDS):
            began = time.monotonic()
            sender.execute("SELECT pg_notify('benchmark_bare', 'x')")
            for _notification in listener.notifies(timeout=10, stop_after=1):
                times.append(time.monotonic() - began)
    return times


def figures(name: str, seconds: list[float], bare: list[float], conditions: str) -> list[Latency]:
    """The middle and the slow end. Ratios compare like with like: p50 with p50, p95 with p95."""
    told = []
    for part, of in (("p50", statistics.median), ("p95", lambda values: statistics.quantiles(values, n=20)[-1])):
        value, alone = of(seconds) * 1000, of(bare) * 1000
        told.append(Latency(f"{name}, {part}", round(value, 1), BAR_MS, round(alone, 2), conditions))
    return told


def compare(cases: int) -> list[Latency]:
    screens = Screens()
    web_options = ("--blocking-threads", "4")
    with (
        served("asgi", "live.asgi:application", settings=SETTINGS, health="/live/healthz") as live_port,
        served("wsgi", "config.wsgi:application", *web_options, settings=SETTINGS, health="/healthz") as web_port,
        fetching(web_port) as fetch,
    ):
        try:
            desk = open_desk(live_port, screens)
            made = [photographed_case(desk.office, desk.clerk) for _ in range(2 * (cases + WARM_UP))]
            screens.quiet()
            half = len(made) // 2
            measure(desk, made[:WARM_UP], None)
            submitted, decided = measure(desk, made[WARM_UP:half], None)
            screens.quiet()
            measure(desk, made[half : half + WARM_UP], fetch)
            submitted_fetch, decided_fetch = measure(desk, made[half + WARM_UP :], fetch)
            bare = bare_notify()
        finally:
            screens.close()
    heard = f"{STREAMS} streams open, {cases} cases, receipts of all {len(desk.reviewers)} reviewers, {machine()}"
    answered = f"{STREAMS} streams open, {cases} cases, receipts of the office's {len(desk.clerks)} clerks, {machine()}"
    shown = f"{STREAMS} streams open, {cases} cases, one screen fetches over granian, {machine()}"
    return [
        *figures("submit to reviewer's stream", submitted.heard, bare, heard),
        *figures("decision to clerk's stream", decided.heard, bare, answered),
        *figures("submit to reviewer's fragment", submitted_fetch.shown, bare, shown),
        *figures("decision to clerk's fragment", decided_fetch.shown, bare, shown),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="one object per figure")
    parser.add_argument("--cases", type=int, default=30, help="cases sent and answered in each half")
    options = parser.parse_args()
    # Told to stop, it still cleans up behind itself.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    with tempfile.TemporaryDirectory() as vault:
        os.environ["VAULT_DIR"] = vault
        with own_database():
            build_town()
            show(compare(options.cases), as_json=options.json)


if __name__ == "__main__":
    main()
