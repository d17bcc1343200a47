"""Keyed hashes: they tell whether two things are the same, and nothing else to anybody without the key.

The key comes from SECRET_KEY. When that is changed, bookings made before no longer count against the same
person, and buckets start anew; `manage.py renew_person_keys` computes the persons' hashes again.
"""

import hashlib
import hmac
import ipaddress
from datetime import date
from functools import cache

from django.conf import settings

from writing.text import normalised

IPV4_NETWORK = 24
IPV6_NETWORK = 64
SHORT = 32  # hex digits


def person_key(name: str, birth_date: date) -> str:
    """The person as the rule of one booking sees them: spaces, widths and capitals make no difference."""
    spelled = normalised(name).replace(" ", "").casefold()
    return _keyed(f"person\0{spelled}\0{birth_date.isoformat()}")


def contact_key(contact: str) -> str:
    """A telephone number in digits, or a mail address."""
    return _keyed(f"contact\0{contact.casefold()}")[:SHORT]


def network_key(address: str) -> str:
    """The network an address belongs to: /24, or /64 of IPv6, which is what one customer gets."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return _keyed("network\0unknown")[:SHORT]
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped:
        parsed = parsed.ipv4_mapped
    prefix = IPV4_NETWORK if parsed.version == 4 else IPV6_NETWORK
    network = ipaddress.ip_network((parsed, prefix), strict=False)
    return _keyed(f"network\0{network}")[:SHORT]


def lock_number(contact: str) -> int:
    """A signed 64-bit number for PostgreSQL's advisory lock of a contact."""
    return _lock(f"contact\0{contact.casefold()}")


def offers_lock(key: str) -> int:
    """The same for the waiting list's offers to a contact or network, given as its keyed hash."""
    return _lock(f"offers\0{key}")


def _lock(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big", signed=True)


def _keyed(text: str) -> str:
    return hmac.digest(_key(settings.SECRET_KEY), text.encode(), "sha256").hex()


@cache
def _key(secret: str) -> bytes:
    return hmac.digest(secret.encode(), b"reservations.fairness", "sha256")
