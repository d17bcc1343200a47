"""The desks with 100,000 inquiries and as many calls: list, search and figures as pages, p95 against 200 ms.

    python -m benchmarks.helpdesk [--tickets 100000] [--rounds 40] [--json]

Pages are asked through Django's own client, so that views, queries and templates count and no network does. The limit
of a bare page of the same shell (the list of callbacks, which is empty) is measured in the same run. A minute or two.
"""

import argparse
import os
import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any

from benchmarks.figures import Latency, machine, show
from benchmarks.town import build_offices, own_database

if TYPE_CHECKING:
    from django.test import Client

    from accounts.models import User
    from helpdesk.models import Call, TargetVersion, Ticket
    from postoffices.models import Office

BAR_MS = 200.0
BATCH = 1000
DAYS = 365
OFFICES, OPERATORS = 36, 12
WORDS = (
    "暗証番号",
    "更新",
    "予約の変更",
    "持ち物",
    "住所",
    "統合端末",
    "受け取り",
    "代理人",
    "有効期限",
    "手数料",
    "駐車場",
    "写真",
)
CATEGORIES = ("booking", "card", "other")
ENDINGS = ("について", "を知りたい", "が分からない", "を忘れた", "のこと", "ができない")


def fill(count: int) -> None:
    """Inquiries and calls of a year, one of each in every step of time, by twelve operators about 36 offices."""
    from django.utils import timezone

    from accounts.models import User
    from accounts.roles import Role
    from helpdesk.models import Call, DeskCode, TargetVersion, Ticket
    from postoffices.models import Office

    build_offices(OFFICES)
    User.objects.bulk_create(
        User(username=f"operator-{number}", display_name=f"見本 {number}", role=Role.OPERATOR)
        for number in range(OPERATORS)
    )
    people, places = list(User.objects.all()), list(Office.objects.all())
    targets = {"priority": "normal", "respond_minutes": 240, "resolve_minutes": 1440}
    target = TargetVersion.objects.create(desk=DeskCode.CITIZEN, **targets)
    random, begin, step = Random(1), timezone.now() - timedelta(days=DAYS), timedelta(days=DAYS) / count
    for first in range(0, count, BATCH):
        some = [(number, begin + number * step) for number in range(first, min(first + BATCH, count))]
        Ticket.objects.bulk_create(a_ticket(random, target, number, at) for number, at in some)
        Call.objects.bulk_create(a_call(random, people, places, number, at) for number, at in some)


def some_text(random: Random) -> str:
    return random.choice(WORDS) + random.choice(ENDINGS)


def a_ticket(random: Random, target: "TargetVersion", number: int, at: datetime) -> "Ticket":
    """One in ten is still open."""
    from helpdesk.grams import grams
    from helpdesk.models import DeskCode, Ticket, TicketChannel

    title, body = f"{some_text(random)} {number}", "".join(some_text(random) for _part in range(4))
    is_open, due = number % 10 == 0, at + timedelta(days=3)
    return Ticket(
        desk=DeskCode.CITIZEN,
        channel=TicketChannel.CALL,
        state="open" if is_open else "closed",
        category=random.choice(CATEGORIES),
        title=title,
        body=body,
        target=target,
        opened_at=at,
        known_at=at,
        respond_due=due,
        resolve_due=due,
        running_since=at if is_open else None,
        resolved_in_time=None if is_open else True,
        grams=grams(title, body),
        key=f"bench:{number}",
    )


def a_call(random: Random, people: "list[User]", places: "list[Office]", number: int, at: datetime) -> "Call":
    """Answered after nine seconds, three minutes long, noted down after fifteen."""
    from helpdesk.models import Call, CallResult, CallSource, CallState, DeskCode

    return Call(
        desk=DeskCode.CITIZEN,
        source=CallSource.CTI,
        external_id=str(number),
        state=CallState.ENDED,
        category=random.choice(CATEGORIES),
        result=CallResult.ANSWERED,
        operator=random.choice(people),
        office=random.choice(places),
        offered_at=at,
        answered_at=at + timedelta(seconds=9),
        ended_at=at + timedelta(seconds=190),
        handled_at=at + timedelta(seconds=205),
    )


def signed_in() -> "Client":
    """The bureau's browser."""
    from django.test import Client
    from django_otp.plugins.otp_totp.models import TOTPDevice

    from accounts.models import User
    from accounts.roles import Role

    user = User.objects.create(username="bureau", display_name="見本 事務子", role=Role.BUREAU)
    device = TOTPDevice.objects.create(user=user, name="authenticator", confirmed=True)
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    session = client.session
    session["otp_device_id"] = device.persistent_id
    session.save()
    return client


def p95_ms(ask: Callable[[], Any], rounds: int) -> float:
    ask()
    taken = []
    for _round in range(rounds):
        began = time.perf_counter()
        response = ask()
        taken.append((time.perf_counter() - began) * 1000)
        assert response.status_code == 200, response.status_code
    return sorted(taken)[int(len(taken) * 0.95) - 1 if len(taken) > 1 else 0]


def measure(client: "Client", rounds: int, count: int) -> list[Latency]:
    from django.urls import reverse
    from django.utils import timezone

    today = timezone.localdate()
    first = today - timedelta(days=30)
    days = "&".join(
        f"{name}_{part}={getattr(day, part)}"
        for name, day in (("first", first), ("last", today))
        for part in ("year", "month", "day")
    )
    tickets, figures = reverse("helpdesk:tickets"), reverse("helpdesk:figures")
    year = days.replace(f"first_year={first.year}", f"first_year={first.year - 1}")
    asked: dict[str, Callable[[], Any]] = {
        "list, open": lambda: client.get(f"{tickets}?desk=citizen"),
        "list, all": lambda: client.get(f"{tickets}?desk=citizen&view=all"),
        "list, late": lambda: client.get(f"{tickets}?desk=citizen&view=late"),
        "list, a category": lambda: client.get(f"{tickets}?desk=citizen&view=all&category=card"),
        "search, common words": lambda: client.post(f"{tickets}?desk=citizen", {"q": "暗証番号を忘れた"}),
        "search, rare words": lambda: client.post(f"{tickets}?desk=citizen", {"q": "駐車場のこと 77777"}),
        "figures, a month by day": lambda: client.get(f"{figures}?desk=citizen&by=day&{days}"),
        "figures, 13 months by operator": lambda: client.get(f"{figures}?desk=citizen&by=operator&{year}"),
        "figures, 13 months by day": lambda: client.get(f"{figures}?desk=citizen&by=day&{year}"),
    }
    bare = p95_ms(lambda: client.get(reverse("helpdesk:callbacks")), rounds)
    conditions = f"{count:,} inquiries and calls, p95 of {rounds}, {machine()}"
    return [Latency(name, p95_ms(ask, rounds), BAR_MS, bare, conditions) for name, ask in asked.items()]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tickets", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--json", action="store_true", help="one object per figure")
    options = parser.parse_args()
    os.environ["ALLOWED_HOSTS"] = "testserver,localhost"
    with own_database():
        from django.db import connection

        began = time.monotonic()
        fill(options.tickets)
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE helpdesk_ticket, helpdesk_call")
        print(f"filled in {time.monotonic() - began:.0f} s", file=sys.stderr)
        show(measure(signed_in(), options.rounds, options.tickets), as_json=options.json)


if __name__ == "__main__":
    main()
