"""Counting the bytes, and saying so in time.

The vault's objects count with the size of their content (their ciphertext is some bytes longer), the database with what
PostgreSQL needs for it, indexes included.
"""

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Sum
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from audit.actions import record
from audit.actors import Actor
from keeping.storage.records import StorageMeasure
from notifications.actions import message_queue
from postoffices.city import current_city
from vault.models import ObjectKind, VaultObject

GB = 1_000_000_000
DATABASE = "データベース"
WARNED = (Role.ADMINISTRATOR, Role.MANAGER)


@transaction.atomic
def storage_measure(*, by: Actor) -> StorageMeasure:
    """Measure now; the day's row is written anew. Crossing a mark of the profile mails those who look after it."""
    by_kind = _sums("kind")
    parts = {ObjectKind(kind).label: size for kind, size in by_kind.items()} | {DATABASE: database_bytes()}
    measure, made = StorageMeasure.objects.update_or_create(
        day=timezone.localdate(),
        defaults={
            "used": sum(parts.values()),
            "limit": current_city().rules.storage.limit_gb * GB,
            "parts": parts,
            "rules": _by_rule(),
        },
    )
    if made:
        record(action="keeping.storage_measured", subject=measure, by=by, detail={"used": measure.used})
    _warn(measure, by)
    return measure


def _sums(name: str) -> dict[str, int]:
    held = VaultObject.objects.readable().order_by().values_list(name).annotate(size=Sum("size"))
    return {str(value): int(size or 0) for value, size in held}


def _by_rule() -> dict[str, int]:
    """A bucket is named for its rule and its month."""
    rules: dict[str, int] = {}
    for bucket, size in _sums("bucket__name").items():
        rule = bucket.rpartition(" ")[0] or bucket
        rules[rule] = rules.get(rule, 0) + size
    return rules


def database_bytes() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        return int(cursor.fetchone()[0])


def mark_reached(measure: StorageMeasure) -> int:
    """The highest of the profile's marks that is reached, in percent; 0 for none."""
    marks = [mark for mark in current_city().rules.storage.warn_percent if measure.percent >= mark]
    return max(marks, default=0)


def _warn(measure: StorageMeasure, by: Actor) -> None:
    """One mail a month and mark to each of them: more would be read by nobody."""
    if not (mark := mark_reached(measure)):
        return
    for person in User.objects.filter(role__in=WARNED, is_active=True).exclude(email=""):
        message_queue(
            key=f"storage-{measure.day:%Y-%m}-{mark}-{person.pk}",
            purpose="storage",
            recipient=person.email,
            title=f"保存容量の{mark}%を使っています",
            body=render_to_string("keeping/mail/storage.txt", _context(measure, person)),
            about=measure,
            by=by,
        )


def _context(measure: StorageMeasure, person: User) -> dict[str, object]:
    return {
        "measure": measure,
        "person": person,
        "limit_gb": measure.limit // GB,
        "address": f"{settings.PUBLIC_URL}{reverse('keeping:storage')}",
        "city": current_city(),
    }
