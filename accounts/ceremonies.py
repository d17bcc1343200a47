"""What is said between this site and a security key (WebAuthn), before anything is written down.

The question put to a key is random, stays in the session and counts once. The site's name is that of `PUBLIC_URL`,
whatever the request calls itself.
"""

import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest
from webauthn import (
    base64url_to_bytes,
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import bytes_to_base64url, generate_challenge
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)
from webauthn.registration.verify_registration_response import VerifiedRegistration

from accounts.errors import KeyRefused
from accounts.models import SecurityKey, User

# The two kinds of question do not disturb each other: a new key may have to wait for an old one's word.
TO_CREATE, TO_GET = "key_to_create", "key_to_get"
MOST_CHARACTERS = 20_000
# The password has been given: the key shows possession. One that asks for a finger or a PIN by itself still does.
VERIFICATION = UserVerificationRequirement.DISCOURAGED


def registration_options(request: HttpRequest, user: User, held: Sequence[SecurityKey]) -> str:
    """JSON for `navigator.credentials.create`; a key in `held` is not taken a second time."""
    options = generate_registration_options(
        rp_id=_site(),
        rp_name=str(settings.OTP_TOTP_ISSUER),
        user_id=str(user.pk).encode(),
        user_name=user.username,
        user_display_name=user.display_name,
        challenge=_challenge(request, TO_CREATE),
        exclude_credentials=_described(held),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.DISCOURAGED, user_verification=VERIFICATION
        ),
    )
    return options_to_json(options)


def registered(request: HttpRequest, answer: str) -> VerifiedRegistration:
    """What the browser answered to `registration_options`, proved. Raises KeyRefused."""
    challenge, credential = _spend_challenge(request, TO_CREATE), _read(answer)
    try:
        return verify_registration_response(
            credential=credential, expected_challenge=challenge, expected_rp_id=_site(), expected_origin=_origin()
        )
    except (WebAuthnException, ValueError, TypeError, KeyError) as error:
        raise KeyRefused from error


def transports_of(answer: str) -> list[str]:
    """How the browser says that the key is reached; unknown words are left out."""
    known = {transport.value for transport in AuthenticatorTransport}
    named = _read(answer).get("response", {}).get("transports", [])
    return [word for word in named if word in known] if isinstance(named, list) else []


def assertion_options(request: HttpRequest, held: Sequence[SecurityKey]) -> str:
    """JSON for `navigator.credentials.get`: any key in `held` will do."""
    options = generate_authentication_options(
        rp_id=_site(),
        challenge=_challenge(request, TO_GET),
        allow_credentials=_described(held),
        user_verification=VERIFICATION,
    )
    return options_to_json(options)


def credential_named(answer: str) -> str:
    """Which key the answer says it comes from; nothing of it is proved yet. Raises KeyRefused."""
    return str(_read(answer).get("id", ""))


def asserted(request: HttpRequest, answer: str, key: SecurityKey) -> int:
    """The key's new counter, if it signed this session's question. Raises KeyRefused.

    A counter that does not grow (where the key has one) is a copy of the key, and is refused.
    """
    challenge, credential = _spend_challenge(request, TO_GET), _read(answer)
    try:
        proved = verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=_site(),
            expected_origin=_origin(),
            credential_public_key=bytes(key.public_key),
            credential_current_sign_count=key.sign_count,
        )
    except (WebAuthnException, ValueError, TypeError, KeyError) as error:
        raise KeyRefused from error
    return proved.new_sign_count


def _challenge(request: HttpRequest, kind: str) -> bytes:
    """This session's open question; the same until it is answered, so that two open pages do not disturb each other."""
    if kind not in request.session:
        request.session[kind] = bytes_to_base64url(generate_challenge())
    return base64url_to_bytes(request.session[kind])


def _spend_challenge(request: HttpRequest, kind: str) -> bytes:
    challenge = request.session.pop(kind, "")
    if not challenge:
        raise KeyRefused
    return base64url_to_bytes(challenge)


def _read(answer: str) -> dict[str, Any]:
    if len(answer) > MOST_CHARACTERS:
        raise KeyRefused
    try:
        read = json.loads(answer)
    except (ValueError, RecursionError) as error:
        raise KeyRefused from error
    if not isinstance(read, dict) or not isinstance(read.get("response"), dict):
        raise KeyRefused
    return read


def _described(held: Sequence[SecurityKey]) -> list[PublicKeyCredentialDescriptor]:
    return [
        PublicKeyCredentialDescriptor(
            id=base64url_to_bytes(key.credential_id),
            transports=[AuthenticatorTransport(word) for word in key.transports],
        )
        for key in held
    ]


def _site() -> str:
    return urlsplit(settings.PUBLIC_URL).hostname or ""


def _origin() -> str:
    parts = urlsplit(settings.PUBLIC_URL)
    return f"{parts.scheme}://{parts.netloc}"
