"""How long a sign-in holds: it ends after a pause, and at the latest after a working day.

Both lengths are settings: `STAFF_IDLE_MINUTES` and `STAFF_SESSION_HOURS`.
"""

import time

from django.conf import settings
from django.http import HttpRequest

SIGNED_IN_AT = "signed_in_at"
USED_AT = "used_at"
FACTOR_AT = "factor_at"
# What cannot be taken back asks for the second factor again when it was given longer ago than this.
FRESH_SECONDS = 5 * 60
# Writing the time of use at every request would make every page a database write.
PRECISION_SECONDS = 60


def begin(request: HttpRequest) -> None:
    """Start both clocks, and give the session a new key so that one known before sign-in is worth nothing."""
    request.session.cycle_key()
    request.session[SIGNED_IN_AT] = request.session[USED_AT] = int(time.time())


def factor_given(request: HttpRequest) -> None:
    """The second factor itself was given just now; a change code on a shared tablet is none."""
    request.session[FACTOR_AT] = int(time.time())


def factor_is_fresh(request: HttpRequest) -> bool:
    return bool(time.time() - request.session.get(FACTOR_AT, 0) <= FRESH_SECONDS)


def is_over(request: HttpRequest) -> bool:
    """Whether the session rested too long or has reached its full length."""
    now = time.time()
    used = request.session.get(USED_AT, now)
    began = request.session.get(SIGNED_IN_AT, now)
    return bool(now - used > settings.STAFF_IDLE_MINUTES * 60 or now - began > settings.STAFF_SESSION_HOURS * 3600)


def keep(request: HttpRequest) -> None:
    """Note that the person did something.

    Pieces that a screen fetches by itself (htmx GET) do not count: a tablet left on a counter polls for ever.
    """
    if request.method == "GET" and request.headers.get("HX-Request") and USED_AT in request.session:
        return
    now = int(time.time())
    request.session.setdefault(SIGNED_IN_AT, now)
    if now - request.session.get(USED_AT, 0) >= PRECISION_SECONDS:
        request.session[USED_AT] = now
