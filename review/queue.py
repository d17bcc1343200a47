"""What the reviewers' queue shows, and the pictures of a case."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from review.models import Case, CaseImage, CaseState, Presence


@dataclass(frozen=True, slots=True)
class Entry:
    """A case of the queue as this reviewer sees it. `holder` names who has it in hand."""

    case: Case
    late: bool
    mine: bool
    own_picture: bool
    own_first_look: bool
    holder: str
    meant_for: str  # a colleague's name while it is kept for them
    meant_for_me: bool

    @property
    def claimable(self) -> bool:
        return not (self.mine or self.own_picture or self.own_first_look or self.holder or self.meant_for)


def queue_entries(user: User) -> list[Entry]:
    """Waiting and claimed cases: what is meant for this reviewer, then the most urgent first. One query."""
    now = timezone.now()
    entries = []
    for case in Case.objects.waiting().select_related("office", "visit__procedure", "claimed_by", "meant_for"):
        kept = case.meant_for is not None and case.meant_until is not None and case.meant_until > now
        held = case.state == CaseState.CLAIMED and case.lease_until is not None and case.lease_until > now
        mine = held and case.claimed_by_id == user.pk
        entries.append(
            Entry(
                case=case,
                late=case.due_at is not None and case.due_at < now,
                mine=mine,
                own_picture=case.captured_by_id == user.pk,
                own_first_look=case.first_look_by_id == user.pk,
                holder=case.claimed_by.display_name if held and not mine and case.claimed_by else "",
                meant_for=case.meant_for.display_name if kept and case.meant_for and case.meant_for != user else "",
                meant_for_me=kept and case.meant_for_id == user.pk,
            )
        )
    return sorted(entries, key=lambda entry: not entry.meant_for_me)


def queue_version(entries: Sequence[Entry], user: User, here: int, others: "Colleagues") -> str:
    """An ETag: changes whenever the list would look different."""
    parts = [
        f"{entry.case.pk}.{entry.case.version}.{int(entry.late)}{int(bool(entry.holder))}{int(bool(entry.meant_for))}"
        for entry in entries
    ]
    return f'"{user.pk}-{here}-{others.present}{int(others.away)}-{"-".join(parts)}"'


@dataclass(frozen=True, slots=True)
class Colleagues:
    """How many reviewers are at the desk, and whether this one stepped out."""

    present: int
    away: bool


def colleagues(user: User) -> Colleagues:
    """One query."""
    rows = Presence.objects.filter(Q(pk__in=Presence.objects.at_desk().values("pk")) | Q(user=user))
    seen = list(rows.values_list("user_id", "away"))
    return Colleagues(sum(not away for _, away in seen), any(away for pk, away in seen if pk == user.pk))


def may_take_over(case: Case, user: User) -> list[User]:
    """Reviewers to whom this case can be given, those at the desk first. Two queries."""
    here = set(Presence.objects.at_desk().values_list("user_id", flat=True))
    unfit = [pk for pk in (user.pk, case.captured_by_id, case.first_look_by_id) if pk is not None]
    fit = User.objects.filter(role=Role.REVIEWER, is_active=True).exclude(pk__in=unfit)
    return sorted(fit, key=lambda reviewer: (reviewer.pk not in here, reviewer.display_name))


def holds(case: Case, user: User) -> bool:
    """Whether the case is in this reviewer's hands at this moment."""
    return (
        case.state == CaseState.CLAIMED
        and case.claimed_by_id == user.pk
        and case.lease_until is not None
        and case.lease_until > timezone.now()
    )


def pictures(case: Case) -> list[CaseImage]:
    """What was sent and is still held: the present attempt first, each in the order of sending."""
    held = CaseImage.objects.filter(case=case, removed_at__isnull=True, picture__erased_at__isnull=True)
    return list(held.order_by("-attempt", "uploaded_at"))
