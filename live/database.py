"""The stream server's two connections to PostgreSQL: one listens, one asks whether sessions still stand."""

import asyncio
import logging
import random
import time
from collections.abc import Iterable
from typing import Any

import psycopg
from django.conf import settings
from psycopg import sql
from psycopg.conninfo import make_conninfo

from live.hub import Client, Hub
from live.notify import CHANNEL

logger = logging.getLogger(__name__)

FIRST_WAIT_SECONDS = 0.2
LONGEST_WAIT_SECONDS = 5.0
# How often a silent LISTEN connection is asked for a sign of life.
SILENCE_SECONDS = 30.0
# Options of Django and of psycopg, which libpq does not know.
DJANGO_OPTIONS = {"pool", "isolation_level", "assume_role", "server_side_binding", "prepare_threshold"}

Standing = tuple[str, int]  # a session's key and the user it was granted to

STANDING_SESSIONS = sql.SQL("""
    SELECT session.session_key, person.id
    FROM unnest(%s::text[], %s::bigint[]) AS asked (session_key, user_id)
    JOIN django_session session USING (session_key)
    JOIN {users} person ON person.id = asked.user_id
    WHERE session.expire_date > now() AND person.is_active
""").format(users=sql.Identifier(settings.AUTH_USER_MODEL.lower().replace(".", "_")))


def address() -> str:
    """The libpq address of the default database."""
    database: dict[str, Any] = settings.DATABASES["default"]
    options = {name: value for name, value in database.get("OPTIONS", {}).items() if name not in DJANGO_OPTIONS}
    parts = {
        "dbname": database["NAME"],
        "user": database.get("USER"),
        "password": database.get("PASSWORD"),
        "host": database.get("HOST"),
        "port": database.get("PORT"),
    }
    given = {name: str(value) for name, value in parts.items() if value}
    return make_conninfo("", **(given | options | {"connect_timeout": 5, "application_name": "madoguchi_live"}))


async def listen(hub: Hub) -> None:
    """Feed `hub` for ever. A lost connection is made anew; everyone is then told to fetch all again."""
    wait = FIRST_WAIT_SECONDS
    while True:
        try:
            async with await psycopg.AsyncConnection.connect(address(), autocommit=True) as connection:
                await connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(CHANNEL)))
                wait = FIRST_WAIT_SECONDS
                hub.opened()
                await _feed(connection, hub)
        except (psycopg.Error, OSError) as error:
            logger.warning("the connection to PostgreSQL was lost and is made anew: %s", type(error).__name__)
        finally:
            hub.lost()
        # Jitter, so that many processes do not meet a restarted server in the same moment.
        await asyncio.sleep(wait * (0.5 + random.random() / 2))  # noqa: S311
        wait = min(wait * 2, LONGEST_WAIT_SECONDS)


async def _feed(connection: psycopg.AsyncConnection, hub: Hub) -> None:
    while True:
        async for notification in connection.notifies(timeout=SILENCE_SECONDS):
            hub.publish(notification.payload)
        await connection.execute("SELECT 1")


class Sessions:
    """Asks whether sessions exist, have not expired, and belong to someone who may still work here."""

    def __init__(self) -> None:
        self._connection: psycopg.AsyncConnection | None = None
        self._one_at_a_time = asyncio.Lock()

    async def standing(self, asked: Iterable[Standing]) -> set[Standing]:
        """Those of `asked` that still stand, in one query. Raises psycopg.Error when nobody can be asked."""
        pairs = list(asked)
        async with self._one_at_a_time:
            try:
                return await self._ask(pairs)
            except psycopg.OperationalError:
                # The kept connection may have died of age; a new one decides.
                await self.close()
                return await self._ask(pairs)

    async def _ask(self, pairs: list[Standing]) -> set[Standing]:
        if self._connection is None:
            self._connection = await psycopg.AsyncConnection.connect(address(), autocommit=True)
        keys, users = [key for key, _ in pairs], [user for _, user in pairs]
        found = await (await self._connection.execute(STANDING_SESSIONS, [keys, users])).fetchall()
        return {(str(key), int(user)) for key, user in found}

    async def close(self) -> None:
        if self._connection is not None:
            await self._connection.close()
            self._connection = None


async def end_signed_out(hub: Hub, sessions: Sessions) -> int:
    """Close the streams whose session ended, whose person may no longer work here, or whose link's time is over.

    Returns how many.
    """
    now = time.time()
    ended = [client for client in hub.clients if client.ends_at is not None and client.ends_at <= now]
    people = {client: standing for client in hub.clients if (standing := _standing(client)) is not None}
    if people:
        standing_ones = await sessions.standing(set(people.values()))
        ended += [client for client, standing in people.items() if standing not in standing_ones]
    for client in ended:
        hub.end(client)
    return len(ended)


async def watch_sessions(hub: Hub, sessions: Sessions, every_seconds: float) -> None:
    """Look at all sessions again and again. While PostgreSQL does not answer, streams stay as they are."""
    while True:
        await asyncio.sleep(every_seconds)
        try:
            await end_signed_out(hub, sessions)
        except (psycopg.Error, OSError) as error:
            logger.warning("sessions could not be looked at: %s", type(error).__name__)


def _standing(client: Client) -> Standing | None:
    return (client.session_key, client.user_id) if client.user_id is not None else None
