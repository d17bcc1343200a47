"""Who looked at which picture: read out of the audit log, which keeps each look."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet

from accounts.models import User
from accounts.roles import Role
from audit.models import AuditEvent
from review.models import CaseImage
from vault.models import VaultObject


@dataclass(frozen=True, slots=True)
class Look:
    """One look; `name` is the login where the person is not known any more."""

    at: datetime
    name: str
    role: str


@dataclass(frozen=True, slots=True)
class Looked:
    """A picture with everybody who saw it, the newest look first."""

    image: CaseImage
    looks: list[Look]


def pictures_of(*, day: date | None, case: int | None) -> QuerySet[CaseImage]:
    """The pictures sent on a day, or of one case; the newest first. Also those that are erased."""
    held = CaseImage.objects.select_related("case__office", "picture__bucket").order_by("-uploaded_at")
    if case is not None:
        return held.filter(case_id=case)
    return held.filter(uploaded_at__date=day)


def with_looks(images: Sequence[CaseImage]) -> list[Looked]:
    """Two queries, however many pictures."""
    events = AuditEvent.objects.filter(
        action="vault.object_viewed",
        subject_type=VaultObject._meta.label_lower,
        subject_id__in=[str(image.picture_id) for image in images],
    ).order_by("-id")
    by_picture: dict[str, list[AuditEvent]] = defaultdict(list)
    for event in events:
        by_picture[event.subject_id].append(event)
    viewers = {event.actor_user_id for found in by_picture.values() for event in found if event.actor_user_id}
    names = dict(User.objects.filter(pk__in=viewers).values_list("pk", "display_name"))
    return [Looked(image, [_look(event, names) for event in by_picture[str(image.picture_id)]]) for image in images]


def _look(event: AuditEvent, names: dict[int, str]) -> Look:
    role = Role(event.actor_role).label if event.actor_role in Role else ""
    return Look(event.at, names.get(event.actor_user_id or 0, event.actor_label), str(role))
