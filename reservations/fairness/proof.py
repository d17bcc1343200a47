"""The proof of work of ALTCHA's protocol, and its stand-in for browsers without JavaScript: a form that waits.

The browser finds the number whose SHA-256 together with the salt is the challenge; half of MOST_TRIES on average.
Both kinds carry a signature and the moment they end, and each is accepted once.
"""

import base64
import binascii
import hashlib
import hmac
import json
import secrets
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from django.conf import settings
from django.core import signing
from django.core.cache import cache

MOST_TRIES = 100_000
# Long enough to read the page twice; WCAG asks for no more, because nothing is lost when it ends.
VALID_SECONDS = 30 * 60
WAIT_SECONDS = 15
LONGEST_PROOF = 1000
# Text that is no answer: infinite numbers, half characters and brackets without end among it.
UNREADABLE = (binascii.Error, ValueError, KeyError, TypeError, OverflowError, RecursionError)
# Salt and number are hashed as one text: without an end, digits of the number could pass for digits of the expiry.
SALT_ENDS = "&"
_WAIT_SALT = "reservations.fairness.wait"


@dataclass(frozen=True, slots=True)
class Challenge:
    """What the browser has to solve; `number` is the answer and is told to nobody."""

    salt: str
    challenge: str
    signature: str
    number: int

    def told(self) -> dict[str, Any]:
        """As ALTCHA's widgets read it."""
        return {
            "algorithm": "SHA-256",
            "challenge": self.challenge,
            "maxnumber": MOST_TRIES,
            "salt": self.salt,
            "signature": self.signature,
        }

    def answer(self) -> str:
        """What a browser sends that has found the number."""
        told = self.told() | {"number": self.number}
        del told["maxnumber"]
        return base64.b64encode(json.dumps(told).encode()).decode()


def new_challenge() -> Challenge:
    salt = f"{secrets.token_hex(12)}?expires={int(time.time()) + VALID_SECONDS}{SALT_ENDS}"
    number = secrets.randbelow(MOST_TRIES)
    challenge = _challenge(salt, number)
    return Challenge(salt, challenge, _signature(challenge), number)


def is_solved(answer: str) -> bool:
    """Whether the answer solves a challenge of ours that is not over and was not used before."""
    try:
        told = json.loads(base64.b64decode(answer[:LONGEST_PROOF], validate=True))
        salt, number, challenge = str(told["salt"]), int(told["number"]), str(told["challenge"])
        expires = int(parse_qs(salt.partition("?")[2])["expires"][0])
        honest = hmac.compare_digest(_signature(challenge).encode(), str(told["signature"]).encode())
        solved = salt.endswith(SALT_ENDS) and _challenge(salt, number) == challenge
    except UNREADABLE:
        return False
    return honest and solved and expires >= time.time() and _first_use(challenge)


def new_wait() -> str:
    """A ticket that lets somebody through after WAIT_SECONDS."""
    return signing.dumps([secrets.token_hex(8), int(time.time())], salt=_WAIT_SALT)


def wait_left(ticket: str) -> int | None:
    """The seconds that are still to be waited; None for a ticket that is not ours or is over."""
    try:
        _nonce, since = signing.loads(ticket, salt=_WAIT_SALT, max_age=VALID_SECONDS)
    except (signing.BadSignature, ValueError):
        return None
    return max(0, int(since) + WAIT_SECONDS - int(time.time()))


def was_waited(ticket: str) -> bool:
    """Whether the ticket's time has been waited, and this is its first use."""
    return wait_left(ticket) == 0 and _first_use(ticket)


def _first_use(thing: str) -> bool:
    hashed = hashlib.sha256(thing.encode()).hexdigest()[:40]
    return cache.add(f"proof:{hashed}", 1, VALID_SECONDS)


def _challenge(salt: str, number: int) -> str:
    return hashlib.sha256(f"{salt}{number}".encode()).hexdigest()


def _signature(challenge: str) -> str:
    key = hmac.digest(settings.SECRET_KEY.encode(), b"reservations.fairness.proof", "sha256")
    return hmac.digest(key, challenge.encode(), "sha256").hex()
