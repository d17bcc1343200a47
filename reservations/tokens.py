"""Tokens that citizens carry in their links. The database holds hashes only."""

import base64
import hashlib
import hmac
import secrets

from django.conf import settings

TOKEN_BYTES = 16  # 128 random bits


def new_token() -> str:
    return secrets.token_urlsafe(TOKEN_BYTES)


def derived_token(purpose: str, seed: str) -> str:
    """The one token that belongs to `seed`: stored nowhere, and made again when it is needed.

    Whoever has SECRET_KEY can make it, nobody else; with another SECRET_KEY it is another token.
    """
    digest = hmac.digest(settings.SECRET_KEY.encode(), f"{purpose}\0{seed}".encode(), "sha256")
    return base64.urlsafe_b64encode(digest[:TOKEN_BYTES]).rstrip(b"=").decode()


def token_hash(token: str) -> str:
    """SHA-256 in hex. No salt or stretching: the token itself cannot be guessed."""
    return hashlib.sha256(token.encode()).hexdigest()
