"""What happened to a booking, in words."""

from dataclasses import dataclass
from datetime import datetime

from audit.actors import ActorKind
from audit.models import AuditEvent
from audit.words import action_word
from reservations.models import Reservation

CITIZEN = "本人"
SYSTEM = "自動"


@dataclass(frozen=True, slots=True)
class Entry:
    at: datetime
    what: str
    who: str


def history(reservation: Reservation) -> list[Entry]:
    """The booking's audit events, newest first."""
    return [
        Entry(event.at, action_word(event.action), _who(event))
        for event in AuditEvent.objects.about(reservation)
    ]


def _who(event: AuditEvent) -> str:
    names = {ActorKind.CITIZEN.value: CITIZEN, ActorKind.SYSTEM.value: SYSTEM}
    return names.get(event.actor_kind, event.actor_label)
