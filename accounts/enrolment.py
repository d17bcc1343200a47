"""What a person registers as a second factor, at the first sign-in or later.

Until a first code has confirmed it, an authenticator's key lives in the session only: looking writes nothing.
"""

import time
from base64 import b32encode
from typing import Any

import segno
from django.http import HttpRequest
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice, default_key

from accounts import ceremonies
from accounts.keys import key_add
from accounts.models import SecurityKey, User
from audit.actors import Actor

SESSION_KEY = "enrolment_key"


def offered(request: HttpRequest, user: User) -> dict[str, str]:
    """For the page: the QR code and the text of an authenticator's key, and the question to a security key."""
    key = key_of(request)
    return {"qr_code": qr_code(user, key), "key_text": key_text(key), "key_options": key_options(request, user)}


def key_options(request: HttpRequest, user: User) -> str:
    return ceremonies.registration_options(request, user, list(SecurityKey.objects.filter(user=user)))


def take_key(request: HttpRequest, user: User, given: dict[str, Any], *, by: Actor) -> SecurityKey:
    """Take over the security key of a valid `KeyForm`. Raises Refused with what to say."""
    registered = ceremonies.registered(request, given["key"])
    transports = ceremonies.transports_of(given["key"])
    return key_add(user=user, name=given["name"], registered=registered, transports=transports, by=by)


def key_of(request: HttpRequest) -> str:
    """The key (hex) on offer in this session; made at the first look."""
    if SESSION_KEY not in request.session:
        request.session[SESSION_KEY] = default_key()
    return str(request.session[SESSION_KEY])


def forget_key(request: HttpRequest) -> None:
    request.session.pop(SESSION_KEY, None)


def qr_code(user: User, key: str) -> str:
    """A data address (SVG) of the QR code that authenticator apps read."""
    address = TOTPDevice(user=user, key=key).config_url
    return segno.make(address, error="m").svg_data_uri(scale=4, border=4)


def key_text(key: str) -> str:
    """The key in base32, as apps take it by hand, in groups of four."""
    text = b32encode(bytes.fromhex(key)).decode().rstrip("=")
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


def confirms(key: str, code: str) -> bool:
    """Whether `code` (digits) is what an app that holds `key` shows now, half a minute early or late."""
    totp = TOTP(bytes.fromhex(key))
    totp.time = time.time()
    return bool(code.isdecimal() and totp.verify(int(code), tolerance=1))
