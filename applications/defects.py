"""Defects that the city found, and whose turn it is (fukuoka-20)."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Count, Prefetch, Q, QuerySet
from django.utils import timezone

from accounts.models import User
from applications.contacts.records import DefectContact, bureaus_turn
from applications.contacts.steps import NextStep, next_step
from applications.models import CheckState, ExistenceCheck
from applications.worklist import ANSWERABLE
from reservations.access import reservations_in_scope
from reservations.deadlines import start_of


class Part(StrEnum):
    """The parts of the bureau's list, by whose turn it is."""

    NOW = "defect"
    WAITING = "pending"
    CITY = "resolved"
    ENDED = "given_up"


PARTS = {
    Part.NOW: "いま対応する",
    Part.WAITING: "返事・次の連絡を待つ",
    Part.CITY: "市の再確認待ち",
    Part.ENDED: "確認できず終了",
}


@dataclass(frozen=True, slots=True)
class TurnChip:
    label: str
    count: int
    address: str
    current: bool


@dataclass(frozen=True, slots=True)
class DefectRow:
    """A defect with what comes next and how often somebody tried."""

    check: ExistenceCheck
    step: NextStep
    tries: int


def part_in(text: str) -> Part:
    """The part of an address; what is to be done now for anything else."""
    return Part(text) if text in list(Part) else Part.NOW


def _of_part(part: Part) -> Q:
    conditions = {
        Part.NOW: bureaus_turn(),
        Part.WAITING: Q(state=CheckState.DEFECT) & ~bureaus_turn(),
        Part.CITY: Q(state=CheckState.RESOLVED),
        Part.ENDED: Q(state=CheckState.GIVEN_UP),
    }
    return conditions[part]


def _defects(user: User) -> QuerySet[ExistenceCheck]:
    """Ended ones, and open ones of visits still to come: past or cancelled ones leave nothing to mend."""
    to_come = Q(reservation__state__in=ANSWERABLE, reservation__slot__starts_at__gte=start_of(timezone.localdate()))
    return ExistenceCheck.objects.filter(
        Q(state=CheckState.GIVEN_UP) | (Q(state__in=[CheckState.DEFECT, CheckState.RESOLVED]) & to_come),
        reservation__in=reservations_in_scope(user).values("pk"),
    )


def defects(user: User, part: Part) -> QuerySet[ExistenceCheck]:
    """Defects of this part: open ones by visit day, ended ones the newest first."""
    rows = (
        _defects(user)
        .filter(_of_part(part))
        .select_related(
            "reservation__slot", "reservation__office", "reservation__procedure", "answered_by", "handled_by"
        )
        .prefetch_related(Prefetch("contacts", DefectContact.objects.select_related("message")))
    )
    if part == Part.ENDED:
        return rows.order_by("-handled_at")
    return rows.order_by("reservation__slot__starts_at", "pk")


def defect_rows(checks: Iterable[ExistenceCheck]) -> list[DefectRow]:
    """The defects of a page beside their next steps."""
    rows = []
    for check in checks:
        tries = contacts_of(check)
        rows.append(DefectRow(check, next_step(check, tries), len(tries)))
    return rows


def contacts_of(check: ExistenceCheck) -> list[DefectContact]:
    """The tries since the city found this defect, oldest first."""
    found_at = check.answered_at
    return [contact for contact in check.contacts.all() if found_at is None or contact.at >= found_at]


def turn_chips(user: User, chosen: Part) -> list[TurnChip]:
    """Whose turn it is, with counts. One query."""
    counts = _defects(user).aggregate(**{part.name: Count("pk", filter=_of_part(part)) for part in Part})
    return [TurnChip(label, counts[part.name], f"?state={part}", part == chosen) for part, label in PARTS.items()]
