"""Parts of a day as pairs of minutes after midnight, in order and apart: joined, cut and compared."""

from collections.abc import Iterable, Sequence
from datetime import time

Span = tuple[int, int]
Spans = tuple[Span, ...]
MINUTES_A_DAY = 24 * 60
WHOLE_DAY: Spans = ((0, MINUTES_A_DAY),)
LAST_MINUTE = time(23, 59)


def minute_of(at: time) -> int:
    return at.hour * 60 + at.minute


def time_of(minute: int) -> time:
    """The time of day; midnight at its end is written 23:59, since there is no 24:00."""
    return LAST_MINUTE if minute >= MINUTES_A_DAY else time(*divmod(minute, 60))


def spans_of(periods: Iterable[tuple[time, time]]) -> Spans:
    return joined((minute_of(opens), minute_of(closes)) for opens, closes in periods)


def stored_spans(held: Iterable[Sequence[int]]) -> Spans:
    """As the database holds them: lists of two numbers."""
    return joined((begins, ends) for begins, ends in held)


def periods_of(spans: Spans) -> tuple[tuple[time, time], ...]:
    return tuple((time_of(begins), time_of(ends)) for begins, ends in spans)


def joined(spans: Iterable[Span]) -> Spans:
    """In order; what touches or overlaps is one."""
    found: list[Span] = []
    for begins, ends in sorted(spans):
        if found and begins <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], ends))
        elif begins < ends:
            found.append((begins, ends))
    return tuple(found)


def within(spans: Spans, others: Spans) -> Spans:
    """What lies in both."""
    return joined(
        (max(begins, first), min(ends, last))
        for begins, ends in spans
        for first, last in others
        if max(begins, first) < min(ends, last)
    )


def without(spans: Spans, gone: Spans) -> Spans:
    """What is left of `spans` outside `gone`."""
    return within(spans, _gaps(gone))


def _gaps(spans: Spans) -> Spans:
    edges = [0, *(edge for span in spans for edge in span), MINUTES_A_DAY]
    return joined(zip(edges[::2], edges[1::2], strict=True))


def holds(spans: Spans, span: Span) -> bool:
    """Whether one of `spans` holds the whole of `span`."""
    return any(begins <= span[0] and span[1] <= ends for begins, ends in spans)


def touches(span: Span, other: Span) -> bool:
    return span[0] < other[1] and other[0] < span[1]
