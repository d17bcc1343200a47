"""Who may open a stream: from a staff network, with a grant, in the session that the grant was made for."""

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs

import psycopg
from django.conf import settings
from django.http.cookie import parse_cookie

from live.database import Sessions
from live.grants import Grant, GrantRefused, read_grant

Scope = dict[str, Any]


class Turned(Exception):
    """A visitor who is not let in, with the answer's status."""

    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status.phrase)
        self.status = status


@dataclass(frozen=True, slots=True)
class Admitted:
    grant: Grant
    session_key: str


async def admit(scope: Scope, sessions: Sessions) -> Admitted:
    """Raises Turned: 404 outside the staff networks, 403 without a right, 503 while PostgreSQL is away.

    Without a session comes who has a link's grant.
    """
    if not is_staff_network(client_address(scope)):
        raise Turned(HTTPStatus.NOT_FOUND)
    session_key = parse_cookie("; ".join(_headers(scope, b"cookie"))).get(settings.SESSION_COOKIE_NAME, "")
    tokens = parse_qs(scope["query_string"].decode("latin-1")).get("grant", [""])
    try:
        grant = read_grant(tokens[0], session_key)
    except GrantRefused as error:
        raise Turned(HTTPStatus.FORBIDDEN) from error
    if grant.user_id is None:
        return Admitted(grant, "")
    try:
        standing = await sessions.standing([(session_key, grant.user_id)])
    except (psycopg.Error, OSError) as error:
        raise Turned(HTTPStatus.SERVICE_UNAVAILABLE) from error
    if not standing:
        raise Turned(HTTPStatus.FORBIDDEN)
    return Admitted(grant, session_key)


def client_address(scope: Scope) -> str:
    """The client's address. With n proxies in front, the n-th X-Forwarded-For entry from the right.

    The same rule as `accounts.networks.client_address`, on the head of an ASGI request.
    """
    proxies: int = settings.AXES_IPWARE_PROXY_COUNT
    forwarded = [part.strip() for line in _headers(scope, b"x-forwarded-for") for part in line.split(",")]
    forwarded = [part for part in forwarded if part]
    if proxies and len(forwarded) >= proxies:
        return forwarded[-proxies]
    return str((scope.get("client") or ("", 0))[0])


def is_staff_network(address: str) -> bool:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(parsed in network for network in settings.STAFF_NETWORKS)


def _headers(scope: Scope, name: bytes) -> list[str]:
    lines: Iterable[tuple[bytes, bytes]] = scope["headers"]
    return [value.decode("latin-1") for key, value in lines if key.lower() == name]
