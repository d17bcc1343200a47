"""What happened to a booking, in words."""

from dataclasses import dataclass
from datetime import datetime

from audit.actors import ActorKind
from audit.models import AuditEvent
from reservations.models import Reservation

WORDS = {
    "reservations.booked": "予約を受け付けた",
    "reservations.moved": "日時を変更した",
    "reservations.cancelled": "予約を取り消した",
    "reservations.visited": "来局した",
    "reservations.no_show": "来局がなかった",
    "reservations.restored": "来局なしを取り消した",
    "message_withdraw": "予定していたお知らせを取りやめた",
}
CITIZEN = "本人"
SYSTEM = "自動"


@dataclass(frozen=True, slots=True)
class Entry:
    at: datetime
    what: str
    who: str


def history(reservation: Reservation) -> list[Entry]:
    """The booking's audit events, newest first; events without words here keep their name."""
    return [
        Entry(event.at, WORDS.get(event.action, event.action), _who(event))
        for event in AuditEvent.objects.about(reservation)
    ]


def _who(event: AuditEvent) -> str:
    names = {ActorKind.CITIZEN.value: CITIZEN, ActorKind.SYSTEM.value: SYSTEM}
    return names.get(event.actor_kind, event.actor_label)
