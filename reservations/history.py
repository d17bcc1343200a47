"""What happened to a booking, in words. Rooms above hand in what they hold of it.

    history.register(things_of)          # things_of(reservation) -> the models whose events belong to it

in their `AppConfig.ready()`, so that this room knows no other.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Model

from accounts.roles import Role
from audit.actors import ActorKind
from audit.models import AuditEvent
from audit.words import action_word
from reservations.models import PastEvent, Reservation

CITIZEN = "本人"
SYSTEM = "自動"

Things = Callable[[Reservation], Iterable[Model]]

_things: dict[Things, None] = {}


def register(things: Things) -> None:
    """The events of these objects stand in the booking's history too. Registering twice changes nothing."""
    _things[things] = None


@dataclass(frozen=True, slots=True)
class Entry:
    at: datetime
    what: str
    who: str


def history(reservation: Reservation) -> list[Entry]:
    """The audit events of the booking and what belongs to it, newest first.

    Below them stand those of the installation it was taken over from.
    """
    belonging = [thing for things in _things for thing in things(reservation)]
    events = AuditEvent.objects.about_any([reservation, *belonging])
    here = [Entry(event.at, action_word(event.action), _who(event)) for event in events]
    before = reservation.past_events.order_by("-position")
    return here + [Entry(past.at, action_word(past.action), _role(past)) for past in before]


def _who(event: AuditEvent) -> str:
    names = {ActorKind.CITIZEN.value: CITIZEN, ActorKind.SYSTEM.value: SYSTEM}
    return names.get(event.actor_kind, event.actor_label)


def _role(past: PastEvent) -> str:
    """Names of the earlier operator's staff were not handed over, their roles were."""
    names = {ActorKind.CITIZEN.value: CITIZEN, ActorKind.SYSTEM.value: SYSTEM}
    return names.get(past.actor_kind) or dict(Role.choices).get(past.actor_role, ActorKind.STAFF.label)
