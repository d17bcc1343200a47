"""Parts of a day with a word of their own: closed, opened, or other seats. The last edit holds for the time it names.

Whole days are edited beside them: an edit of the whole day's hours takes earlier words about hours away, one of its
seats those about seats.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import time

from postoffices.supply.spans import Span, Spans, joined, minute_of, without

Seats = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Range:
    """From `opens` to `closes`: whether it is open, and its seats (public, internal); None is as the day says."""

    opens: time
    closes: time
    is_open: bool | None = None
    seats: Seats | None = None
    reason: str = ""

    @property
    def span(self) -> Span:
        return minute_of(self.opens), minute_of(self.closes)

    @property
    def says_nothing(self) -> bool:
        return self.is_open is None and self.seats is None


Ranges = tuple[Range, ...]


def edited(ranges: Ranges, edit: Range) -> Ranges:
    """`ranges` once the edit lies over them: its own words hold within it, what it is silent about stays."""
    outside = [piece for held in ranges for piece in _outside(held, edit)]
    inside = [_over(piece, edit) for piece in _inside(ranges, edit)]
    return _tidied([*outside, *inside])


def cleared(ranges: Ranges, opens: time, closes: time) -> Ranges:
    """Without any word about this time."""
    gone = Range(opens, closes)
    return _tidied(piece for held in ranges for piece in _outside(held, gone))


def without_hours(ranges: Ranges) -> Ranges:
    return _tidied(replace(held, is_open=None, reason="") for held in ranges)


def without_seats(ranges: Ranges) -> Ranges:
    return _tidied(replace(held, seats=None) for held in ranges)


def _outside(held: Range, edit: Range) -> Iterator[Range]:
    """The parts of `held` before and after the edit."""
    if held.opens < min(held.closes, edit.opens):
        yield replace(held, closes=min(held.closes, edit.opens))
    if max(held.opens, edit.closes) < held.closes:
        yield replace(held, opens=max(held.opens, edit.closes))


def _inside(ranges: Ranges, edit: Range) -> Iterator[Range]:
    """The edit's time in pieces, each with what stood there."""
    begins = edit.opens
    for held in ranges:
        opens, closes = max(held.opens, edit.opens), min(held.closes, edit.closes)
        if opens < closes:
            if begins < opens:
                yield Range(begins, opens)
            yield replace(held, opens=opens, closes=closes)
            begins = closes
    if begins < edit.closes:
        yield Range(begins, edit.closes)


def _over(held: Range, edit: Range) -> Range:
    if edit.is_open is not None:
        return replace(held, is_open=edit.is_open, reason=edit.reason)
    return replace(held, seats=edit.seats, reason=held.reason or edit.reason)


def _tidied(ranges: Iterable[Range]) -> Ranges:
    """In order, without those that say nothing; neighbours with the same words are one."""
    found: list[Range] = []
    for held in sorted(ranges, key=lambda held: held.opens):
        if held.says_nothing:
            continue
        if (
            found
            and found[-1].closes == held.opens
            and replace(held, opens=found[-1].opens) == replace(found[-1], closes=held.closes)
        ):
            found[-1] = replace(found[-1], closes=held.closes)
        else:
            found.append(held)
    return tuple(found)


def closed_spans(ranges: Ranges) -> Spans:
    return joined(held.span for held in ranges if held.is_open is False)


def opened_spans(ranges: Ranges) -> Spans:
    return joined(held.span for held in ranges if held.is_open)


def open_spans(base: Spans, ranges: Ranges) -> Spans:
    """When the day is open in all."""
    return without(joined([*base, *opened_spans(ranges)]), closed_spans(ranges))


def grids(base: Sequence[Span], ranges: Ranges) -> list[Span]:
    """Where slots are counted from: the day's own periods, and what was opened beside them.

    Closing a part leaves the times after it where they were, so those are not cut here (see `closed_spans`).
    """
    return sorted([*base, *without(opened_spans(ranges), joined(base))])


def seats_at(ranges: Ranges, minute: int, otherwise: Seats) -> Seats:
    """The seats of a slot that begins at this minute."""
    here = (held.seats for held in ranges if held.seats is not None and held.span[0] <= minute < held.span[1])
    return next(here, otherwise)
