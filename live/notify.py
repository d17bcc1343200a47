"""Telling open screens that something changed. Only ids travel: each screen fetches what it may see."""

import json

from django.db import connection

CHANNEL = "madoguchi_live"


def notify(topic: str, kind: str, id: str | int) -> None:
    """Tell every open screen of `topic` that the `kind` with `id` changed.

    PostgreSQL delivers on commit of the current transaction, and nothing on rollback.
    """
    message = json.dumps({"topic": topic, "kind": kind, "id": str(id)}, separators=(",", ":"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, message])
