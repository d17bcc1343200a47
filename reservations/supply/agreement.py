"""Whether the slots that exist are those of the rules: compared, told and brought about.

Rules may change without the slots: a profile is loaded, master data is put right. Slots that are only missing are made
by the slot maker and do not count here.
"""

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.waiting import Waiting
from audit.actions import record
from audit.actors import Actor
from postoffices.followers import Follower
from postoffices.models import Office
from reservations.deadlines import last_bookable_day
from reservations.models import Slot, SupplyGap
from reservations.supply.actions import slots_refit
from reservations.supply.plan import SupplyPlan, supply_plan

ONLY = 1
WORDS = {
    "made": "増える時間帯",
    "closed": "なくなる時間帯",
    "widened": "席が増える時間帯",
    "narrowed": "席が減る時間帯",
    "procedures": "手続きが変わる時間帯",
    "kept": "そのままの予約",
    "refitted": "同じ時刻の別の枠へ移る予約",
    "orphaned": "枠がなくなる予約",
    "released": "解除する仮押さえ",
}


@dataclass(frozen=True, slots=True)
class Whole:
    """Everything that can be booked: all offices, today to the horizon."""

    offices: list[Office]
    first: date
    last: date

    @classmethod
    def now(cls) -> "Whole":
        # Also offices that take no bookings any more: their slots are to go.
        offices = Office.objects.filter(slots__starts_at__gte=timezone.now()) | Office.objects.filter(
            takes_bookings=True
        )
        return cls(list(offices.distinct().order_by("pk")), timezone.localdate(), last_bookable_day())

    def plan(self) -> SupplyPlan:
        """What bringing the slots to the rules would do; nothing is locked or changed."""
        return supply_plan(self.offices, self.first, self.last)


def slots_that_differ(plan: SupplyPlan) -> int:
    return sum(change.changes_anything for change in plan.changes)


@transaction.atomic
def supply_compare(*, by: Actor) -> SupplyGap:
    """Compare and keep the result for the start page. Recorded when it is another than before."""
    plan = Whole.now().plan()
    return _kept(slots_that_differ(plan), len(plan.orphaned), by)


@transaction.atomic
def supply_agree(*, reason: str, seen: str | None = None, by: Actor) -> SupplyPlan:
    """Bring all slots to the rules; who loses the time is told. Raises SupplyChanged (see `seen`) or SupplyBusy."""
    whole = Whole.now()
    plan = slots_refit(offices=whole.offices, first=whole.first, last=whole.last, reason=reason, seen=seen, by=by)
    _kept(0, 0, by)
    return plan


def _kept(slots: int, bookings: int, by: Actor) -> SupplyGap:
    before = SupplyGap.objects.select_for_update().filter(pk=ONLY).first()
    values = {"slots": slots, "bookings": bookings}
    gap, _new = SupplyGap.objects.update_or_create(pk=ONLY, defaults=values, create_defaults=values)
    if (before.slots, before.bookings) != (slots, bookings) if before else slots:
        record(action="reservations.supply_compared", subject=gap, by=by, detail=values)
    return gap


def gap_waiting(_user: User) -> list[Waiting]:
    """That slots differ from the rules, until somebody brings them about. One query."""
    gap = SupplyGap.objects.filter(pk=ONLY, slots__gt=0).first()
    return [Waiting("市の設定と違う予約枠", gap.slots, reverse("supply:agreement"))] if gap else []


def lines_of(plan: SupplyPlan) -> list[str]:
    """The counts of a plan, for a terminal."""
    return [f"  {WORDS[name]} {count}" for name, count in plan.counts().items()]


def _differs() -> list[str]:
    """Before the first slot is made there is nothing to agree with."""
    if not Slot.objects.exists():
        return []
    plan = Whole.now().plan()
    differing = slots_that_differ(plan)
    _kept_now(differing, len(plan.orphaned))
    return [f"すでにある予約枠のうち{differing}枠が、この設定と違います。", *lines_of(plan)] if differing else []


def _kept_now(slots: int, bookings: int) -> None:
    with transaction.atomic():
        _kept(slots, bookings, Actor.system("load_city"))


def _follow(reason: str, by: Actor) -> list[str]:
    return ["予約枠を設定に合わせました。", *lines_of(supply_agree(reason=reason, by=by))]


SLOTS = Follower("slots", differs=_differs, follow=_follow)
