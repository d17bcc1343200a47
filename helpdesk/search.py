"""One search for everything an operator may be asked: procedures, offices, places to refer to, and what is handed in.

A room or part of this one hands in what it knows in its `AppConfig.ready()`:

    search.register(answers_of)          # answers_of(desk, pairs) -> the answers, best first

`pairs` are the search's pairs of characters (`helpdesk.grams`): an answer holds all of them, or as many as it can.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from helpdesk.grams import asked, grams, packed
from postoffices.city import current_city
from postoffices.hours import hours_text
from postoffices.models import Office, Procedure

MOST = 8


@dataclass(frozen=True, slots=True)
class Answer:
    """`kind` in one word; `lines` are read out; `score` between 0 and 1 orders answers of all kinds."""

    kind: str
    title: str
    lines: list[str] = field(default_factory=list)
    phone: str = ""
    url: str = ""
    question: int | None = None  # the number of a question whose answer can be judged
    score: float = 0.0


Source = Callable[[str, str], Iterable[Answer]]

_sources: dict[Source, None] = {}


def register(source: Source) -> None:
    """Ask `source(desk, words)` with every search. Registering twice changes nothing."""
    _sources[source] = None


def answers(desk: str, words: str) -> list[Answer]:
    """The best answers to the words, of all kinds."""
    if not asked(words):
        return []
    found = [answer for source in (*_sources, procedures, offices, referrals) for answer in source(desk, words)]
    return sorted(found, key=lambda answer: -answer.score)[:MOST]


def score(words: str, title: str, *texts: str) -> float:
    """How many of the search's pairs stand in the answer; those in its title count double."""
    wanted = asked(words)
    in_title, in_all = set(grams(title)), set(grams(title, *texts))
    hits = sum((pair in in_title) + (pair in in_all) for pair in wanted) / (2 * len(wanted)) if wanted else 0.0
    return hits + 0.2 * (packed(words) in packed(title))


# Half of the pairs must be there: fewer say only that both are Japanese.
ENOUGH = 0.4


def procedures(desk: str, words: str) -> Iterable[Answer]:
    for held in Procedure.objects.all():
        value = score(words, held.name, held.summary, *held.bring)
        if value >= ENOUGH:
            fee = [f"手数料：{held.fee_note}"] if held.fee_note else []
            yield Answer("手続き", held.name, [held.summary, f"持ち物：{'、'.join(held.bring)}", *fee], score=value)


def offices(desk: str, words: str) -> Iterable[Answer]:
    held = Office.objects.select_related("ward", "calendar").prefetch_related("calendar__weekly_hours")
    for office in held:
        value = score(words, f"{office.name} {office.ward.name}", office.address)
        if value >= ENOUGH:
            hours = hours_text(office.calendar)
            lines = [line for line in (office.ward.name + " " + office.address, hours) if line.strip()]
            yield Answer("拠点", office.name, lines, phone=office.phone, score=value)


def referrals(desk: str, words: str) -> Iterable[Answer]:
    for place in current_city().rules.counter.referrals:
        value = score(words, place.name, place.address)
        if value >= ENOUGH:
            lines = [line for line in (place.address, place.hours_text) if line]
            yield Answer("案内先", place.name, lines, phone=place.phone, score=value)
