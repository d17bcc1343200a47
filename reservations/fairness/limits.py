"""Token buckets in PostgreSQL: one statement takes from all buckets of a step, whatever runs at the same moment.

A carrier puts thousands of people behind one address, so a network's burst is high, and **a hold that becomes a
booking gives its token back**: people who book use up nothing, somebody who only holds runs dry.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils import timezone

from postoffices.city import current_city
from postoffices.rules import Rate
from reservations.fairness.errors import TooOften
from reservations.fairness.keys import contact_key, network_key
from reservations.fairness.records import KEPT, Bucket, Step

# Locks are taken in the order of keys, so that two statements cannot wait for each other.
TAKE = """
    INSERT INTO reservations_bucket AS held
      (key, step, subject, tokens, burst, per_minute, refilled_at, day, allowed, refused, passed)
    SELECT key, step, subject, burst - 1, burst, per_minute, %(now)s::timestamptz, %(day)s::date, 1, 0, true
    FROM unnest(%(keys)s::text[], %(steps)s::text[], %(subjects)s::text[], %(bursts)s::int[], %(rates)s::float[])
      AS asked (key, step, subject, burst, per_minute)
    ORDER BY key
    ON CONFLICT (key) DO UPDATE SET
      (tokens, passed, allowed, refused) = (
        SELECT level - (level >= 1)::int, level >= 1,
          (CASE WHEN held.day = excluded.day THEN held.allowed ELSE 0 END) + (level >= 1)::int,
          (CASE WHEN held.day = excluded.day THEN held.refused ELSE 0 END) + (level < 1)::int
        FROM (SELECT least(excluded.burst, held.tokens + excluded.per_minute * greatest(
          0, extract(epoch FROM excluded.refilled_at - held.refilled_at)::float / 60)) AS level) refilled),
      burst = excluded.burst,
      per_minute = excluded.per_minute,
      refilled_at = greatest(held.refilled_at, excluded.refilled_at),
      day = excluded.day
    RETURNING key, passed
"""
# A seat offered from the waiting list was paid for when its wish was registered, perhaps from another network.
GIVE_BACK = """
    UPDATE reservations_bucket SET tokens = least(burst, tokens + 1)
    WHERE key = %s AND NOT EXISTS (SELECT FROM reservations_waiter WHERE offer_hash = %s)
"""


@dataclass(frozen=True, slots=True)
class Use:
    """One token wanted from one bucket."""

    step: Step
    subject: str
    rate: Rate

    @property
    def key(self) -> str:
        return f"{self.step}:{self.subject}"


def hold_from(address: str) -> None:
    """Somebody at `address` wants a seat kept. Raises TooOften."""
    take([Use(Step.HOLD, network_key(address), current_city().rules.fairness.holds)])


def book_from(address: str, *, phone: str, email: str) -> None:
    """Somebody at `address` wants to book with these contacts. Raises TooOften."""
    rules = current_city().rules.fairness
    contacts = {contact_key(contact) for contact in (phone, email) if contact}
    uses = [Use(Step.CONTACT, key, rules.tries_per_contact) for key in contacts]
    take([Use(Step.BOOK, network_key(address), rules.bookings), *uses])


def registration_from(address: str, *, phone: str, email: str) -> None:
    """Somebody at `address` wants to wait. It costs what a seat costs that is held, because it may become one,
    and a try of the contact, because it sends a mail. Raises TooOften.
    """
    rules, network = current_city().rules.fairness, network_key(address)
    contacts = {contact_key(contact) for contact in (phone, email) if contact}
    uses = [Use(Step.CONTACT, key, rules.tries_per_contact) for key in contacts]
    take([Use(Step.WAIT, network, rules.registrations), Use(Step.HOLD, network, rules.holds), *uses])


def hold_was_booked(address: str, *, hashed: str) -> None:
    """The hold, which had the token of this hash, became a booking: what it cost goes back to the network."""
    with connection.cursor() as cursor:
        cursor.execute(GIVE_BACK, [f"{Step.HOLD}:{network_key(address)}", hashed])


def take(uses: Iterable[Use]) -> None:
    """Take a token from each bucket. Raises TooOften when one of them is empty; the others have paid then."""
    wanted = list(uses)
    now = timezone.now()
    values: dict[str, Any] = {
        "now": now,
        "day": timezone.localdate(now),
        "keys": [use.key for use in wanted],
        "steps": [str(use.step) for use in wanted],
        "subjects": [use.subject for use in wanted],
        "bursts": [use.rate.burst for use in wanted],
        "rates": [float(use.rate.per_minute) for use in wanted],
    }
    with connection.cursor() as cursor:
        cursor.execute(TAKE, values)
        if not all(passed for _key, passed in cursor.fetchall()):
            raise TooOften


def forget_old() -> int:
    """Delete buckets that nobody has used for two days. Returns how many."""
    return Bucket.objects.filter(refilled_at__lt=timezone.now() - KEPT).delete()[0]
