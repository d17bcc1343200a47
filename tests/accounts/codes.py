"""What an authenticator app would show."""

import time

from django_otp.oath import hotp

from tests.people import KEY


def code(key: str = KEY, steps_ahead: int = 0) -> str:
    return f"{hotp(bytes.fromhex(key), int(time.time()) // 30 + steps_ahead):06d}"


def wrong_code(key: str = KEY) -> str:
    """Six digits that are none of the codes accepted around now."""
    accepted = {code(key, step) for step in range(-2, 4)}
    return next(f"{number:06d}" for number in range(10) if f"{number:06d}" not in accepted)
