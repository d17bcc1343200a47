"""Defects that the city found, and whose turn it is (fukuoka-20)."""

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from accounts.models import User
from applications.models import CheckState, ExistenceCheck
from applications.worklist import ANSWERABLE
from reservations.access import reservations_in_scope
from reservations.deadlines import start_of

TURNS = {
    CheckState.DEFECT: "事務局の対応待ち",
    CheckState.RESOLVED: "市の再確認待ち",
    CheckState.GIVEN_UP: "確認できず終了",
}


@dataclass(frozen=True, slots=True)
class TurnChip:
    label: str
    count: int
    address: str
    current: bool


def state_in(text: str) -> CheckState:
    """The state of an address; the bureau's turn for anything else."""
    return CheckState(text) if text in [str(state) for state in TURNS] else CheckState.DEFECT


def _defects(user: User) -> QuerySet[ExistenceCheck]:
    """Ended ones, and open ones of visits still to come: past or cancelled ones leave nothing to mend."""
    to_come = Q(reservation__state__in=ANSWERABLE, reservation__slot__starts_at__gte=start_of(timezone.localdate()))
    return ExistenceCheck.objects.filter(
        Q(state=CheckState.GIVEN_UP) | (Q(state__in=[CheckState.DEFECT, CheckState.RESOLVED]) & to_come),
        reservation__in=reservations_in_scope(user).values("pk"),
    )


def defects(user: User, state: CheckState) -> QuerySet[ExistenceCheck]:
    """Defects in this state: open ones by visit day, ended ones the newest first."""
    rows = (
        _defects(user)
        .filter(state=state)
        .select_related(
            "reservation__slot", "reservation__office", "reservation__procedure", "answered_by", "handled_by"
        )
    )
    ended = state == CheckState.GIVEN_UP
    return rows.order_by("-handled_at") if ended else rows.order_by("reservation__slot__starts_at", "pk")


def turn_chips(user: User, chosen: CheckState) -> list[TurnChip]:
    """Whose turn it is, with counts. One query."""
    counts: dict[str, int] = dict(_defects(user).order_by().values_list("state").annotate(count=Count("pk")))
    return [TurnChip(label, counts.get(state, 0), f"?state={state}", state == chosen) for state, label in TURNS.items()]
