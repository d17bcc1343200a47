"""What changed between two texts, line by line, and letter by letter within a changed line."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Literal

Kind = Literal["same", "added", "removed"]
# Unchanged lines shown around a change; longer stretches are left out.
CONTEXT = 2


@dataclass(frozen=True, slots=True)
class Piece:
    kind: Kind
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the comparison; `skipped` lines before it were equal in both texts and are left out."""

    kind: Kind
    pieces: tuple[Piece, ...]
    skipped: int = 0


def differences(old: str, new: str) -> list[Line]:
    """Lines removed and added, each with its surroundings; empty when the texts are equal."""
    before, after = old.splitlines(), new.splitlines()
    matcher = SequenceMatcher(a=before, b=after, autojunk=False)
    lines: list[Line] = []
    reached = 0
    for group in matcher.get_grouped_opcodes(CONTEXT):
        skipped = group[0][1] - reached
        shown = [line for opcode in group for line in _lines(opcode, before, after)]
        lines.append(Line(shown[0].kind, shown[0].pieces, skipped))
        lines += shown[1:]
        reached = group[-1][2]
    return lines


def _lines(opcode: tuple[str, int, int, int, int], before: list[str], after: list[str]) -> Iterator[Line]:
    tag, old_from, old_to, new_from, new_to = opcode
    if tag == "equal":
        yield from (Line("same", (Piece("same", text),)) for text in before[old_from:old_to])
        return
    removed, added = before[old_from:old_to], after[new_from:new_to]
    pairs = [_within(old, new) for old, new in zip(removed, added, strict=False)]
    yield from (Line("removed", old) for old, _ in pairs)
    yield from (Line("removed", (Piece("removed", text),)) for text in removed[len(pairs) :])
    yield from (Line("added", new) for _, new in pairs)
    yield from (Line("added", (Piece("added", text),)) for text in added[len(pairs) :])


def _within(old: str, new: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Both lines cut into what they share and what only one of them has."""
    left: list[Piece] = []
    right: list[Piece] = []
    for tag, old_from, old_to, new_from, new_to in SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        if old_to > old_from:
            left.append(Piece("same" if tag == "equal" else "removed", old[old_from:old_to]))
        if new_to > new_from:
            right.append(Piece("same" if tag == "equal" else "added", new[new_from:new_to]))
    return tuple(left), tuple(right)


@dataclass(frozen=True, slots=True)
class PageChange:
    """A page that is different. Numbers count from 1 in each version, None where the page is in one of them only.

    `readable` is False for pages without text, such as scans: there only the pictures can tell.
    """

    old: int | None
    new: int | None
    lines: list[Line]
    readable: bool = True


def page_differences(old: list[str], new: list[str]) -> list[PageChange]:
    """Pages that changed, by their text. A page put in between moves the others and changes none of them."""
    changes: list[PageChange] = []
    for tag, old_from, old_to, new_from, new_to in SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        pairs = zip_longest(range(old_from, old_to), range(new_from, new_to))
        if tag == "equal":
            silent = [pair for pair in pairs if pair[0] is not None and not old[pair[0]]]
            changes += [PageChange(before + 1, after + 1, [], readable=False) for before, after in silent]
            continue
        for before, after in pairs:
            texts = ("" if before is None else old[before], "" if after is None else new[after])
            numbers = (None if before is None else before + 1, None if after is None else after + 1)
            changes.append(PageChange(*numbers, differences(*texts), readable=bool(texts[0] or texts[1])))
    return changes
