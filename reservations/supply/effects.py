"""A plan as people read it before they save: numbers, and the bookings by name."""

from dataclasses import dataclass

from reservations.models import Reservation
from reservations.supply.plan import SupplyPlan

MOST_LISTED = 200


@dataclass(frozen=True, slots=True)
class Effects:
    """`orphaned` and `refitted` list at most MOST_LISTED bookings; the counts are whole."""

    counts: dict[str, int]
    orphaned: list[Reservation]
    refitted: list[Reservation]
    with_mail: int

    @property
    def without_mail(self) -> int:
        return self.counts["orphaned"] - self.with_mail

    @property
    def changes_times(self) -> bool:
        return any(self.counts[name] for name in ("made", "closed", "widened", "narrowed", "procedures"))

    @property
    def not_listed(self) -> int:
        return self.counts["orphaned"] - len(self.orphaned)


def effects_of(plan: SupplyPlan) -> Effects:
    """Three queries at most."""
    lost = Reservation.objects.filter(pk__in=plan.orphaned)
    return Effects(
        counts=plan.counts(),
        orphaned=_listed(plan.orphaned),
        refitted=_listed(list(plan.refitted)),
        with_mail=lost.exclude(email="").count() if plan.orphaned else 0,
    )


def _listed(keys: list[int]) -> list[Reservation]:
    if not keys:
        return []
    bookings = Reservation.objects.filter(pk__in=keys).select_related("slot", "office", "procedure")
    return list(bookings.order_by("slot__starts_at", "office__position", "number")[:MOST_LISTED])
