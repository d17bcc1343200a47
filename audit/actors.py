"""Who acts: a member of staff, a citizen, or the system itself."""

from dataclasses import dataclass
from typing import Protocol, Self

from django.db import models


class ActorKind(models.TextChoices):
    STAFF = "staff", "職員"
    CITIZEN = "citizen", "市民"
    SYSTEM = "system", "システム"


class StaffMember(Protocol):
    """What is needed of a user to act: rooms below `accounts` may not import its model."""

    pk: int
    username: str
    role: str


@dataclass(frozen=True, slots=True)
class Actor:
    """The doer of an action, as it is written into the audit log.

    `user_id` is set for staff only. `label` names a staff login or a system part; never a citizen.
    """

    kind: ActorKind
    label: str
    user_id: int | None = None
    role: str = ""

    @property
    def staff_id(self) -> int:
        """The number of the member of staff. Raises ValueError for anybody else: some things only staff do."""
        if self.user_id is None:
            raise ValueError(f"{self.label} is no member of staff")
        return self.user_id

    @classmethod
    def staff(cls, user: StaffMember) -> Self:
        return cls(ActorKind.STAFF, user.username, user.pk, user.role)

    @classmethod
    def citizen(cls) -> Self:
        return cls(ActorKind.CITIZEN, "citizen")

    @classmethod
    def system(cls, part: str) -> Self:
        return cls(ActorKind.SYSTEM, part)
