"""Limits on looking up bookings with wrong numbers or birth dates.

A try takes a place before anything is looked up and gives it back when it was right, so that tries sent at
the same moment are counted too: taking a place is the cache's atomic `add`. Five places per number **and network**
in half an hour stop somebody who knows a number from going through birth dates, and stop nobody else: the booking's
owner looks from another network. Over all networks a number has forty places a day, against many who guess together.
An address has many more, because a carrier puts thousands of people behind one; links in mails work all the same.
"""

import hashlib
import ipaddress
from dataclasses import dataclass

from django.core.cache import cache
from django.utils.translation import gettext_noop

from audit.errors import Refused
from reservations.fairness.keys import network_key

SECONDS = 30 * 60
DAY_SECONDS = 24 * 60 * 60
PLACES_PER_NUMBER = 5  # from one network
PLACES_PER_NUMBER_A_DAY = 40  # from everywhere
PLACES_PER_ADDRESS = 60
_IPV6_NETWORK = 64


class TooManyAttempts(Refused):
    """Too many failures for this number from this network, or from this address, within half an hour."""

    message = gettext_noop(
        "予約番号と生年月日の組み合わせが続けて一致しなかったため、30分ほど確認を止めています。"
        "メールのリンクからは、いまもご覧になれます。お急ぎの方は電話でお問い合わせください。"
    )


class NumberClosed(TooManyAttempts):
    """Too many failures for this number from everywhere: it opens by its link only, until the day is over."""

    message = gettext_noop(
        "この予約番号での確認が、続けて一致しなかったため、しばらく止めています。"
        "メールのリンクからは、いまもご覧になれます。お急ぎの方は電話でお問い合わせください。"
    )


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try that holds its places until they run out or `succeed` gives them back."""

    places: tuple[str, ...]

    def succeed(self) -> None:
        cache.delete_many(self.places)


def attempt_begin(*, number: str, address: str) -> Attempt:
    """Take a place for number and network, one for the address, one for the number. Raises TooManyAttempts.

    In this order: who is stopped by the first limit uses up nothing of the number's day.
    """
    here = _place(f"number:{number}:{network_key(address)}", PLACES_PER_NUMBER)
    by_address = _place(f"address:{_network(address)}", PLACES_PER_ADDRESS)
    try:
        by_number = _place(f"day:{number}", PLACES_PER_NUMBER_A_DAY, DAY_SECONDS)
    except TooManyAttempts:
        raise NumberClosed from None
    return Attempt((here, by_address, by_number))


def _place(subject: str, places: int, seconds: int = SECONDS) -> str:
    # Numbers and addresses are kept as hashes: the cache is a table that backups carry away.
    hashed = hashlib.sha256(subject.encode()).hexdigest()[:32]
    keys = [f"find:{hashed}:{place}" for place in range(places)]
    taken = cache.get_many(keys)
    for key in keys:
        if key not in taken and cache.add(key, 1, seconds):
            return key
    raise TooManyAttempts


def _network(address: str) -> str:
    """An IPv6 customer has a whole network of addresses; IPv4 addresses stand for themselves."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if parsed.version == 4:
        return str(parsed)
    return str(ipaddress.ip_network((parsed, _IPV6_NETWORK), strict=False))
