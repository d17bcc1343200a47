"""A busy hour between counters and city: tablets send three pictures each, reviewers answer, all over HTTP.

    python -m benchmarks.review [--minutes 10] [--tablets 38] [--reviewers 10] [--pause 120] [--json]

The real web and stream servers on a database and a vault of its own that are gone afterwards; nothing leaves this
machine. Every tablet begins a case about every `--pause` seconds (a counter takes twenty minutes for one). At the end
every case that was sent must have been answered once, or wait in the queue. Also told: the middle and the slow end of
every kind of request, who took the processors (the benchmark's own people among them: on this machine they are in the
servers' way), and the stream process's memory for each of 200 idle streams.
"""

import argparse
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from benchmarks.counters import cookie_of, grant_of, staff
from benchmarks.figures import Figure, Latency, machine, show
from benchmarks.hall import Ears, Person, Reviewer, Tablet, resident_kilobytes
from benchmarks.live import BAR_MS, SETTINGS, bare_notify
from benchmarks.processors import Spent, spent
from benchmarks.serving import served
from benchmarks.town import build_town, own_database

BASE_DIR = Path(__file__).resolve().parent.parent
STREAMS = 200
WORKERS = 2  # as docker-compose.yml starts the web
SETTLE_SECONDS = 300.0


@dataclass
class Hall:
    """Everybody at work, with what they noted."""

    ears: Ears
    tablets: list[Tablet] = field(default_factory=list)
    reviewers: list[Reviewer] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)


def open_hall(web_port: int, live_port: int, options: argparse.Namespace) -> Hall:
    """Sign everybody in and open their streams: the first person of each role listens for its role."""
    from accounts.roles import Role
    from postoffices.models import Office, Posting

    offices = list(Office.objects.order_by("pk"))
    hall = Hall(Ears(live_port))
    for number in range(options.reviewers):
        user = staff(Role.REVIEWER, number)
        cookie = cookie_of(user)
        hall.ears.open("review", number, grant_of(user, cookie, ["review"]), cookie)
        hall.reviewers.append(Reviewer(Person(web_port, cookie), hall.ears, hall.stop))
    for number in range(options.tablets):
        office = offices[number % len(offices)]
        user = staff(Role.CLERK, number)
        Posting.objects.create(user=user, office=office)
        cookie, topic = cookie_of(user), f"office:{office.code}"
        hall.ears.open(topic, options.reviewers + number, grant_of(user, cookie, [topic]), cookie)
        pause = (options.pause * number / options.tablets, float(options.pause))
        hall.tablets.append(Tablet(Person(web_port, cookie), office, user, hall.ears, hall.stop, pause))
    return hall


def work(hall: Hall, minutes: float) -> float:
    """Let everybody work for so long; then nobody sends any more and the reviewers finish. Seconds it took."""
    began = time.monotonic()
    listening = threading.Thread(target=hall.ears.listen, daemon=True)
    listening.start()
    people: list[Tablet | Reviewer] = [*hall.tablets, *hall.reviewers]
    everybody = [threading.Thread(target=each.work, daemon=True) for each in people]
    for one in everybody:
        one.start()
    time.sleep(minutes * 60)
    hall.stop.set()
    give_up = time.monotonic() + SETTLE_SECONDS
    for one in everybody:
        one.join(max(0.1, give_up - time.monotonic()))
    hall.ears.close()
    return time.monotonic() - began


def kept_promises() -> tuple[int, int, int, int]:
    """Cases that were sent, those still in the queue, those neither there nor answered, and those answered twice."""
    from django.db.models import Count

    from audit.models import AuditEvent
    from review.models import Case, CaseState, Decision

    sent = Case.objects.exclude(state=CaseState.CAPTURING)
    open_ones = sent.filter(decisions__isnull=True)
    waiting = open_ones.filter(state__in=[CaseState.SUBMITTED, CaseState.CLAIMED]).count()
    lost = open_ones.count() - waiting
    by_case = AuditEvent.objects.filter(action="case.decided").values("subject_id")
    twice = by_case.annotate(count=Count("pk")).filter(count__gt=1).count()
    twice += Decision.objects.values("case", "attempt").annotate(count=Count("pk")).filter(count__gt=1).count()
    return sent.count(), waiting, lost, twice


def p95(seconds: list[float]) -> float:
    return statistics.quantiles(seconds, n=20)[-1] if len(seconds) > 1 else (seconds or [0.0])[0]


def idle_streams(live_port: int) -> Figure:
    """The stream process's memory with STREAMS more open streams, less what it took before."""
    from accounts.roles import Role

    user = staff(Role.REVIEWER, 9000)
    cookie = cookie_of(user)
    ears = Ears(live_port)
    before = resident_kilobytes(live_port)
    for number in range(STREAMS):
        ears.open("review", number, grant_of(user, cookie, ["review"]), cookie)
    time.sleep(1)
    each = max(0.0, (resident_kilobytes(live_port) - before) / STREAMS)
    ears.close()
    about = f"{STREAMS} idle streams, {before / 1024:.0f} MB before, {machine()}"
    return Figure("memory of an idle stream", round(each, 1), "kB", None, None, None, about)


def until_seen(hall: Hall) -> list[float]:
    """Seconds from each submit until the first reviewer with nothing in hand had fetched a queue with the case."""
    seen: dict[str, float] = {}
    for reviewer in hall.reviewers:
        for case, at in reviewer.seen.items():
            seen[case] = min(at, seen.get(case, at))
    sent = [each for tablet in hall.tablets for each in tablet.sent]
    return [seen[case] - began for case, began in sent if case in seen]


def until_shown(hall: Hall) -> list[float]:
    """Seconds from each answer until the clerk's tablet had fetched it."""
    shown = {case: at for tablet in hall.tablets for case, at in tablet.shown.items()}
    return [shown[case] - began for person in hall.reviewers for case, began in person.answered if case in shown]


def stages(people: list[Person]) -> list[tuple[str, float]]:
    """The middle and the slow end of every kind of request, in milliseconds."""
    took: dict[str, list[float]] = defaultdict(list)
    for person in people:
        for stage, seconds in person.took.items():
            took[stage] += seconds
    return [
        (f"{stage}, {part} of {len(seconds)}", round(of(seconds) * 1000, 1))
        for stage, seconds in took.items()
        for part, of in (("p50", statistics.median), ("p95", p95))
    ]


def processors(used: Spent, seconds: float) -> list[tuple[str, float, str]]:
    """Who took the processors, of all that was taken, and how busy they were."""
    parts = {"web process": used.web, "PostgreSQL": used.database, "stream process": used.live}
    parts |= {"the benchmark's own people": used.own}
    shares = [(f"processor time: {name}", round(100 * part / used.all, 1), "%") for name, part in parts.items()]
    return [*shares, ("processors busy, of one", round(100 * used.all / seconds), "%")]


def figures(hall: Hall, seconds: float, used: Spent, bare: list[float]) -> list[Latency | Figure]:
    sent, waiting, lost, twice = kept_promises()
    load = "/".join(f"{value:.1f}" for value in os.getloadavg())
    about = f"{len(hall.tablets)} tablets, {len(hall.reviewers)} reviewers, {seconds:.0f} s, load {load}, {machine()}"
    heard = {
        "submit to reviewers' streams": [at for tablet in hall.tablets for at in tablet.heard_by("review")],
        "submit to a reviewer's queue": until_seen(hall),
        "decision to the office's streams": [at for reviewer in hall.reviewers for at in reviewer.heard_by_office()],
        "decision to the clerk's screen": until_shown(hall),
    }
    told: list[Latency | Figure] = []
    for name, times in heard.items():
        for part, of in (("p50", statistics.median), ("p95", p95)):
            value, alone = (of(times) if times else 0.0) * 1000, of(bare) * 1000
            told.append(Latency(f"{name}, {part}", round(value, 1), BAR_MS, round(alone, 2), about))
    people: list[Person] = [each.person for each in hall.tablets] + [each.person for each in hall.reviewers]
    count = partial(Figure, limit=None, ratio=None, bar=None, conditions=about)
    return [
        *told,
        *(count(name, value, "ms") for name, value in stages(people)),
        *(count(name, value, unit) for name, value, unit in processors(used, seconds)),
        count("cases sent", sent, "cases"),
        count("cases still waiting at the end", waiting, "cases"),
        count("cases lost", lost, "cases"),
        count("cases answered twice", twice, "cases"),
        count("requests that failed", sum(person.failed for person in people), "requests"),
    ]


def compare(options: argparse.Namespace) -> list[Latency | Figure]:
    with (
        served("asgi", "live.asgi:application", settings=SETTINGS, health="/live/healthz") as live_port,
        served(
            *("wsgi", "config.wsgi:application", "--workers", str(options.workers), "--blocking-threads", "4"),
            settings=SETTINGS,
            health="/healthz",
        ) as web_port,
    ):
        memory = idle_streams(live_port)
        hall = open_hall(web_port, live_port, options)
        before = spent(web_port, live_port)
        seconds = work(hall, options.minutes)
        used = spent(web_port, live_port).since(before)
        return [*figures(hall, seconds, used, bare_notify()), memory]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="one object per figure")
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--tablets", type=int, default=38)
    parser.add_argument("--reviewers", type=int, default=10)
    parser.add_argument("--workers", type=int, default=WORKERS, help="web processes of granian")
    parser.add_argument("--pause", type=float, default=120.0, help="seconds from one case of a tablet to its next")
    options = parser.parse_args()
    # The pages name their style sheets by content.
    subprocess.run([BASE_DIR / "script" / "collect-static", "--if-changed"], check=True)
    # Told to stop, it still cleans up behind itself.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    with tempfile.TemporaryDirectory() as vault:
        os.environ["VAULT_DIR"] = vault
        with own_database():
            build_town()
            show(compare(options), as_json=options.json)


if __name__ == "__main__":
    main()
