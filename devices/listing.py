"""The register as the address asks for it."""

from collections import Counter
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Q
from django.http import QueryDict

from accounts.models import User
from devices.access import devices_for, faults_for, lines_for
from devices.models import (
    OPEN_FAULTS,
    Device,
    DeviceKind,
    DeviceQuerySet,
    DeviceState,
    FaultQuerySet,
    FaultState,
    LineQuerySet,
    LineState,
)
from postoffices.models import Office
from writing.text import normalised

LONGEST = 40
# Filters of the list of faults beside single states.
OPEN, ENDED, ALL = "open", "ended", "all"
FAULT_VIEWS = {OPEN: "未完了", FaultState.REPORTED.value: "受付", ENDED: "復旧・交換済み", ALL: "すべて"}


@dataclass(frozen=True, slots=True)
class Chip:
    label: str
    count: int
    url: str
    current: bool


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the register is narrowed to; unknown values fall back to everything."""

    kind: str = ""
    state: str = ""
    office: str = ""
    words: str = ""

    @classmethod
    def of(cls, query: QueryDict) -> "Chosen":
        kind, state = query.get("kind", ""), query.get("state", "")
        return cls(
            kind if kind in DeviceKind.values else "",
            state if state in DeviceState.values else "",
            query.get("office", "")[:50],
            normalised(query.get("q", ""))[:LONGEST],
        )

    def address(self, **changed: str) -> str:
        """The query string with something chosen otherwise; what is empty is left out."""
        held = {"kind": self.kind, "state": self.state, "office": self.office, "q": self.words} | changed
        return f"?{urlencode({name: value for name, value in held.items() if value})}"

    @property
    def is_narrowed(self) -> bool:
        return bool(self.kind or self.state or self.office or self.words)


def listed(user: User, chosen: Chosen) -> DeviceQuerySet:
    found = _matching(user, chosen)
    if chosen.kind:
        found = found.filter(kind=chosen.kind)
    if chosen.state:
        found = found.filter(state=chosen.state)
    return found.for_list()


def _matching(user: User, chosen: Chosen) -> DeviceQuerySet:
    found = devices_for(user)
    if chosen.office:
        found = found.filter(office__code=chosen.office)
    for word in chosen.words.split():
        found = found.filter(
            Q(seal_number__icontains=word) | Q(serial__icontains=word) | Q(model__icontains=word)
            | Q(office__name__icontains=word)
        )  # fmt: skip
    return found


def chips(user: User, chosen: Chosen) -> tuple[list[Chip], list[Chip]]:
    """By kind and by state, each with how many there are beside the other choice. One query."""
    counts = Counter(_matching(user, chosen).values_list("kind", "state"))
    kinds = Counter[str]()
    states = Counter[str]()
    for (kind, state), number in counts.items():
        if not chosen.state or state == chosen.state:
            kinds[kind] += number
        if not chosen.kind or kind == chosen.kind:
            states[state] += number
    return (
        _row(kinds, list(DeviceKind.choices), "kind", chosen.kind, chosen),
        _row(states, list(DeviceState.choices), "state", chosen.state, chosen),
    )


def _row(counts: Counter[str], choices: list[tuple[str, str]], name: str, current: str, chosen: Chosen) -> list[Chip]:
    every = Chip("すべて", counts.total(), chosen.address(**{name: ""}), not current)
    return [every] + [
        Chip(label, counts[value], chosen.address(**{name: value}), current == value)
        for value, label in choices
        if counts[value] or current == value
    ]


def by_office(devices: DeviceQuerySet) -> list[tuple[Office, list[Device]]]:
    """Devices of places, in the profile's order; only places that have any."""
    grouped: dict[Office, list[Device]] = {}
    for device in devices.filter(office__isnull=False).order_by("office__position", "seal_number"):
        if device.office:
            grouped.setdefault(device.office, []).append(device)
    return list(grouped.items())


def listed_faults(user: User, view: str) -> FaultQuerySet:
    """Newest first."""
    faults = faults_for(user)
    if view == ENDED:
        faults = faults.filter(state__in=[FaultState.REPAIRED, FaultState.REPLACED])
    elif view == FaultState.REPORTED:
        faults = faults.filter(state=FaultState.REPORTED)
    elif view != ALL:
        faults = faults.filter(state__in=[*OPEN_FAULTS, FaultState.REPAIRED, FaultState.REPLACED])
    return faults.for_list()


def listed_lines(user: User, state: str) -> LineQuerySet:
    lines = lines_for(user)
    return (lines.filter(state=state) if state in LineState.values else lines).for_list()


def next_seal_number(kind: DeviceKind) -> str:
    """A proposal: the newest number of the kind, counted on. The keeper may type another one."""
    newest = Device.objects.filter(kind=kind).order_by("-registered_at", "-pk").values_list("seal_number", flat=True)
    last = newest.first()
    if last is None:
        return f"{PREFIXES[kind]}-001"
    head, figures = last.rstrip("0123456789"), last[len(last.rstrip("0123456789")) :]
    return f"{head}{int(figures or 0) + 1:0{max(len(figures), 3)}d}"


PREFIXES = {
    DeviceKind.TABLET: "T",
    DeviceKind.PEN: "P",
    DeviceKind.CARD_PRINTER: "C",
    DeviceKind.LAPTOP: "N",
}
