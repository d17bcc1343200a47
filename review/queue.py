"""What the reviewers' queue shows, and the pictures of a case."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone

from accounts.models import User
from review.models import Case, CaseImage, CaseState


@dataclass(frozen=True, slots=True)
class Entry:
    """A case of the queue as this reviewer sees it. `holder` names who has it in hand."""

    case: Case
    late: bool
    mine: bool
    own_picture: bool
    holder: str

    @property
    def claimable(self) -> bool:
        return not (self.mine or self.own_picture or self.holder)


def queue_entries(user: User) -> list[Entry]:
    """Waiting and claimed cases, the most urgent first. One query."""
    now = timezone.now()
    entries = []
    for case in Case.objects.waiting().select_related("office", "visit__procedure", "claimed_by"):
        held = case.state == CaseState.CLAIMED and case.lease_until is not None and case.lease_until > now
        mine = held and case.claimed_by_id == user.pk
        entries.append(
            Entry(
                case=case,
                late=case.due_at is not None and case.due_at < now,
                mine=mine,
                own_picture=case.captured_by_id == user.pk,
                holder=case.claimed_by.display_name if held and not mine and case.claimed_by else "",
            )
        )
    return entries


def queue_version(entries: Sequence[Entry], user: User, here: int) -> str:
    """An ETag: changes whenever the list would look different."""
    parts = [f"{entry.case.pk}.{entry.case.version}.{int(entry.late)}{int(bool(entry.holder))}" for entry in entries]
    return f'"{user.pk}-{here}-{"-".join(parts)}"'


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
