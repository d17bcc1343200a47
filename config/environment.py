"""Reads the environment strictly: what is missing or wrong is named, with what to set."""

import base64
import binascii
import ipaddress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

# NAME_FILE names a file that holds the value of NAME: so secrets are mounted and stand in no environment.
env = environ.FileAwareEnv()


def required(name: str, hint: str) -> str:
    """The value of `name`. Raises ImproperlyConfigured with `hint` when it is missing or empty."""
    value = str(env.str(name, default="")).strip()
    if not value:
        raise ImproperlyConfigured(f"{name} is not set. {hint}")
    return value


def root_key(value: str) -> bytes:
    """The vault's 32-byte root key from base64, as `openssl rand -base64 32` prints it."""
    try:
        key = base64.b64decode(value, validate=True)
    except binascii.Error:
        key = b""
    if len(key) != 32:
        raise ImproperlyConfigured("VAULT_ROOT_KEY must be 32 bytes in base64 (make one with: openssl rand -base64 32)")
    return key


def networks(values: list[str], name: str) -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    """Parse network addresses such as 10.0.0.0/8. Raises ImproperlyConfigured naming the wrong one."""
    parsed = []
    for value in values:
        try:
            parsed.append(ipaddress.ip_network(value.strip()))
        except ValueError as error:
            raise ImproperlyConfigured(f"{name}: {value!r} is not a network such as 10.0.0.0/8 ({error})") from error
    return parsed


def kept_secret(path: Path, make: str) -> str:
    """A secret of this machine's demo, made once by `make` (bytes in base64) and kept in `path`."""
    import secrets

    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(base64.b64encode(secrets.token_bytes(32)).decode())
    text = path.read_text().strip()
    if not text:
        raise ImproperlyConfigured(f"{path} is empty: delete it and start again to make a new {make}")
    return text


def cti_secret(value: str) -> bytes:
    """What telephone systems sign their events with; empty when none is connected. Raises ImproperlyConfigured."""
    if value and len(value) < 32:
        raise ImproperlyConfigured(
            "CTI_SECRET must be at least 32 characters long (make one with: openssl rand -hex 32)"
        )
    return value.encode()


def sms_gateway(url: str, token: str, sender: str) -> dict[str, str] | None:
    """The SMS gateway, or None without SMS_GATEWAY_URL. Raises ImproperlyConfigured naming what to set.

    Numbers and texts travel encrypted: plain http is for a gateway on this machine only.
    """
    if not url:
        return None
    parts = urlsplit(url)
    if not parts.hostname or parts.username or parts.query or parts.scheme not in ("http", "https"):
        raise ImproperlyConfigured("SMS_GATEWAY_URL must be an address such as https://sms.example.jp/messages")
    if parts.scheme == "http" and parts.hostname not in ("127.0.0.1", "::1", "localhost"):
        raise ImproperlyConfigured("SMS_GATEWAY_URL must begin with https://")
    for name, value in (("SMS_GATEWAY_TOKEN", token), ("SMS_SENDER", sender)):
        if not value:
            raise ImproperlyConfigured(f"{name} is not set. SMS_GATEWAY_URL needs it.")
    return {"url": url, "token": token, "sender": sender}


def mdm(url: str, key: str, secret: str) -> dict[str, str] | None:
    """NanoMDM's address, API key and webhook secret: all three or none. Raises ImproperlyConfigured naming what to set.

    Commands travel encrypted: plain http is for a server on this machine only.
    """
    given = {"MDM_URL": url, "MDM_KEY": key, "MDM_WEBHOOK_SECRET": secret}
    if not any(given.values()):
        return None
    for name, value in given.items():
        if not value:
            raise ImproperlyConfigured(f"{name} is not set. MDM_URL, MDM_KEY and MDM_WEBHOOK_SECRET belong together.")
    parts = urlsplit(url)
    if not parts.hostname or parts.username or parts.query or parts.scheme not in ("http", "https"):
        raise ImproperlyConfigured("MDM_URL must be an address such as https://mdm.example.jp")
    if parts.scheme == "http" and parts.hostname not in ("127.0.0.1", "::1", "localhost"):
        raise ImproperlyConfigured("MDM_URL must begin with https://")
    if len(secret) < 32:
        raise ImproperlyConfigured("MDM_WEBHOOK_SECRET must be at least 32 characters long (openssl rand -hex 32)")
    return {"url": url, "key": key, "webhook_secret": secret}


def vault_storage(folder: str, bucket: str) -> dict[str, Any]:
    """Where the vault's ciphertexts lie: an S3 bucket if one is named, a folder otherwise."""
    if bucket:
        return {"BACKEND": "vault.s3.VaultS3Storage", "OPTIONS": {"bucket_name": bucket}}
    options = {"location": folder, "file_permissions_mode": 0o600}
    return {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": options}


def seal(certificate: str, key: str, tsa_url: str, tsa_roots: str) -> dict[str, str] | None:
    """What seals signed papers: certificates and key as PEM, and the time-stamp service. None when nothing is set.

    The first certificate is the seal's own, the last one is trusted. Raises ImproperlyConfigured naming what to set.
    """
    given = {"SEAL_CERTIFICATE": certificate, "SEAL_KEY": key, "SEAL_TSA_URL": tsa_url}
    if not any(given.values()):
        return None
    for name, value in given.items():
        if not value:
            raise ImproperlyConfigured(f"{name} is not set. A seal needs certificate, key and time-stamp service.")
    if urlsplit(tsa_url).scheme not in ("http", "https") or not urlsplit(tsa_url).hostname:
        raise ImproperlyConfigured("SEAL_TSA_URL must be an address such as https://tsa.example.jp/tsr")
    refuse_strange_pair(certificate, key)
    return {"certificate": certificate, "key": key, "tsa_url": tsa_url, "tsa_roots": tsa_roots}


def refuse_strange_pair(certificate: str, key: str) -> None:
    """Raises ImproperlyConfigured unless both are PEM and belong together."""
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        held = x509.load_pem_x509_certificates(certificate.encode())[0].public_key()
    except ValueError as error:
        raise ImproperlyConfigured("SEAL_CERTIFICATE must be PEM: the seal's certificate, then its issuers") from error
    try:
        own = load_pem_private_key(key.encode(), password=None).public_key()
    except (ValueError, TypeError) as error:
        raise ImproperlyConfigured("SEAL_KEY must be a private key in PEM without a password") from error
    if own != held:
        raise ImproperlyConfigured("SEAL_KEY is not the key of the first certificate in SEAL_CERTIFICATE")
