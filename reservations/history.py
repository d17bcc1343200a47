"""What happened to a booking, in words."""

from dataclasses import dataclass
from datetime import datetime

from accounts.roles import Role
from audit.actors import ActorKind
from audit.models import AuditEvent
from audit.words import action_word
from reservations.models import PastEvent, Reservation

CITIZEN = "本人"
SYSTEM = "自動"


@dataclass(frozen=True, slots=True)
class Entry:
    at: datetime
    what: str
    who: str


def history(reservation: Reservation) -> list[Entry]:
    """The booking's audit events, newest first; below them those of the installation it was taken over from."""
    here = [Entry(event.at, action_word(event.action), _who(event)) for event in AuditEvent.objects.about(reservation)]
    before = reservation.past_events.order_by("-position")
    return here + [Entry(past.at, action_word(past.action), _role(past)) for past in before]


def _who(event: AuditEvent) -> str:
    names = {ActorKind.CITIZEN.value: CITIZEN, ActorKind.SYSTEM.value: SYSTEM}
    return names.get(event.actor_kind, event.actor_label)


def _role(past: PastEvent) -> str:
    """Names of the earlier operator's staff were not handed over, their roles were."""
    names = {ActorKind.CITIZEN.value: CITIZEN, ActorKind.SYSTEM.value: SYSTEM}
    return names.get(past.actor_kind) or dict(Role.choices).get(past.actor_role, ActorKind.STAFF.label)
