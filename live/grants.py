"""What a page may listen to: a signed list of topics, good only together with the session it was made for."""

import hashlib
import time
from dataclasses import dataclass

from django.core import signing
from django.http import HttpRequest

SALT = "live.grant"
MAX_AGE_SECONDS = 12 * 60 * 60  # as long as a session lasts


class GrantRefused(Exception):
    """A grant that is forged, too old, or was made for another session."""


@dataclass(frozen=True, slots=True)
class Grant:
    """`made_at` is in seconds since 1970: what happened after it, the page has not seen yet."""

    topics: frozenset[str]
    user_id: int
    made_at: float


def grant(request: HttpRequest, topics: list[str]) -> str:
    """A token for `/live/stream?grant=`: lets this user, in this session alone, listen to `topics`.

    Make it before reading what the page shows, so that nothing falls between the two.
    Raises ValueError when nobody is signed in.
    """
    session_key, user_id = request.session.session_key, request.user.pk
    if not session_key or not user_id:
        raise ValueError("a live grant needs someone who is signed in")
    content = {
        "topics": sorted(topics),
        "session": session_hash(session_key),
        "user": user_id,
        "at": round(time.time(), 3),
    }
    return signing.dumps(content, salt=SALT)


def read_grant(token: str, session_key: str) -> Grant:
    """Raises GrantRefused unless the token is ours, fresh, and was made for this session."""
    try:
        content = signing.loads(token, salt=SALT, max_age=MAX_AGE_SECONDS)
    except signing.BadSignature as error:
        raise GrantRefused("not ours, or too old") from error
    if content["session"] != session_hash(session_key):
        raise GrantRefused("made for another session")
    return Grant(frozenset(content["topics"]), content["user"], content["at"])


def session_hash(session_key: str) -> str:
    """The session key as it may stand in an address: not usable as a cookie."""
    return hashlib.sha256(session_key.encode()).hexdigest()
