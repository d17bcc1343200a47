"""Processor time and queries of staff pages in a made-up city: each role's start page and all rooms of its navigation.

    MADOGUCHI_VAR=var/kitakyushu python -m benchmarks.staff [--turns 12] [--profile ADDRESS ROLE]

The database is one that `script/server` or `manage.py prepare` has filled. What is written (sign-ins, audit)
is rolled back. `--profile` prints where the time of one page goes instead.
"""

import argparse
import cProfile
import os
import pstats
import statistics
import time
from typing import Any

MOST_FUNCTIONS = 45


def signed_in(user: Any) -> Any:
    from django.test import Client
    from django_otp.plugins.otp_totp.models import TOTPDevice

    client = Client(headers={"host": "localhost"})
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    device = TOTPDevice.objects.filter(user=user).first() or TOTPDevice.objects.create(user=user, name="x")
    session = client.session
    session["otp_device_id"] = device.persistent_id
    session.save()
    return client


def addresses(role: str) -> list[str]:
    from django.urls import reverse

    from accounts.context_processors import _groups_for

    return [reverse("accounts:start"), *(url for _label, rooms in _groups_for(role) for _name, url in rooms)]


def told(client: Any, address: str, turns: int) -> str:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(address)
    texts = [query["sql"].split(" WHERE ")[0] for query in queries.captured_queries]
    spent = []
    for _ in range(turns):
        began = time.thread_time()
        client.get(address)
        spent.append(time.thread_time() - began)
    size = len(answer.content) if not answer.streaming else 0
    alike = len(texts) - len(set(texts))
    asked = f"{len(texts):3} queries, {alike:3} alike"
    return f"{statistics.median(spent) * 1000:8.2f} ms  {asked}  {size // 1024:4} kB  {answer.status_code}"


def profiled(client: Any, address: str, turns: int) -> None:
    client.get(address)
    with cProfile.Profile() as profile:
        for _ in range(turns):
            client.get(address)
    for order in ("cumulative", "tottime"):
        pstats.Stats(profile).sort_stats(order).print_stats(MOST_FUNCTIONS)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--turns", type=int, default=12)
    parser.add_argument("--profile", nargs=2, metavar=("ADDRESS", "ROLE"))
    options = parser.parse_args()
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    import django

    django.setup()
    from django.db import transaction

    from accounts.models import User
    from accounts.roles import Role

    with transaction.atomic():
        for role in Role:
            user = User.objects.filter(role=role, is_active=True).first()
            if user is None:
                continue
            client = signed_in(user)
            if options.profile:
                if options.profile[1] == role:
                    profiled(client, options.profile[0], options.turns)
                continue
            for address in addresses(role):
                print(f"{role:<14}{address:<44}{told(client, address, options.turns)}", flush=True)
        transaction.set_rollback(True)


if __name__ == "__main__":
    main()
