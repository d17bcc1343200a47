"""What a page may listen to: a signed list of topics, good only together with the session it was made for.

Pages that are opened by a link and have no session get a grant that is good for minutes, and tells next to nothing.
"""

import contextlib
import hashlib
import time
from dataclasses import dataclass

from django.core import signing
from django.http import HttpRequest

SALT = "live.grant"
LINK_SALT = "live.grant.link"
MAX_AGE_SECONDS = 12 * 60 * 60  # as long as a session lasts
LINK_AGE_SECONDS = 10 * 60


class GrantRefused(Exception):
    """A grant that is forged, too old, or was made for another session."""


@dataclass(frozen=True, slots=True)
class Grant:
    """`made_at` is in seconds since 1970: what happened after it, the page has not seen yet.

    `user_id` None: a page that is opened by a link, which nobody signs in to.
    """

    topics: frozenset[str]
    user_id: int | None
    made_at: float

    @property
    def ends_at(self) -> float | None:
        """When a link's grant is over; a person's ends with the session."""
        return None if self.user_id is not None else self.made_at + LINK_AGE_SECONDS


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


def grant_for_link(topics: list[str]) -> str:
    """A token for a page that is opened by a link: good for ten minutes in anybody's hands on the staff networks.

    So its topics may say that something changed and no more. The page gets its next token with every poll; one
    whose link was stopped gets none.
    """
    return signing.dumps({"topics": sorted(topics), "at": round(time.time(), 3)}, salt=LINK_SALT)


def read_grant(token: str, session_key: str) -> Grant:
    """Raises GrantRefused unless the token is ours and fresh, and a person's was made for this session."""
    with contextlib.suppress(signing.BadSignature):
        content = signing.loads(token, salt=LINK_SALT, max_age=LINK_AGE_SECONDS)
        return Grant(frozenset(content["topics"]), None, content["at"])
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
