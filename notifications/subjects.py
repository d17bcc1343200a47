"""What a message is about, by a name that people know, such as a booking's number. Rooms above hand in their kinds.

A room registers in its `AppConfig.ready()`:

    subjects.register("reservations.reservation", shown=numbers_of, found=bookings_numbered)

so that this room knows no other.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db.models import Q

from notifications.models import Message


@dataclass(frozen=True, slots=True)
class Subject:
    """`label` as people say it, `url` of its page for staff."""

    label: str
    url: str


# From ids to what is shown for them (one query), and from what was typed to ids.
Shown = Callable[[Iterable[str]], dict[str, Subject]]
Found = Callable[[str], list[str]]


@dataclass(frozen=True, slots=True)
class _Kind:
    shown: Shown
    found: Found


_kinds: dict[str, _Kind] = {}


def register(subject_type: str, *, shown: Shown, found: Found) -> None:
    """`subject_type` as messages carry it (app and model in small letters). Registering twice changes nothing."""
    _kinds[subject_type] = _Kind(shown, found)


def subjects_of(messages: Iterable[Message]) -> dict[int, Subject]:
    """By the message's id; messages about something unknown are left out. One query per kind."""
    by_kind: defaultdict[str, list[Message]] = defaultdict(list)
    for message in messages:
        by_kind[message.subject_type].append(message)
    found: dict[int, Subject] = {}
    for subject_type, kind in _kinds.items():
        held = by_kind[subject_type]
        shown = kind.shown({message.subject_id for message in held}) if held else {}
        found |= {message.pk: shown[message.subject_id] for message in held if message.subject_id in shown}
    return found


def about_typed(text: str) -> Q:
    """The messages about what somebody typed; none when nothing goes by that name."""
    wanted = Q(pk__in=[])
    for subject_type, kind in _kinds.items():
        wanted |= Q(subject_type=subject_type, subject_id__in=kind.found(text))
    return wanted
