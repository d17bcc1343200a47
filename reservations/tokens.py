"""Tokens that citizens carry in their links. The database holds hashes only."""

import hashlib
import secrets

TOKEN_BYTES = 16  # 128 random bits


def new_token() -> str:
    return secrets.token_urlsafe(TOKEN_BYTES)


def token_hash(token: str) -> str:
    """SHA-256 in hex. No salt or stretching: the token itself cannot be guessed."""
    return hashlib.sha256(token.encode()).hexdigest()
