"""Parts of a day: the last edit holds for the time it names, whatever came before and however often."""

from datetime import time
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from postoffices.supply.ranges import Range, Ranges, cleared, edited, grids, open_spans, seats_at, without_hours
from postoffices.supply.spans import WHOLE_DAY, Spans, joined, minute_of, periods_of, spans_of, time_of, within, without

QUARTERS = range(0, 24 * 60, 15)


def at(hour: int, minute: int = 0) -> time:
    return time(hour, minute)


@st.composite
def parts(draw: st.DrawFn) -> tuple[time, time]:
    first, last = sorted(draw(st.lists(st.sampled_from(QUARTERS), min_size=2, max_size=2, unique=True)))
    return time_of(first), time_of(last)


spans = st.lists(parts(), max_size=5).map(spans_of)
EDITS = st.one_of(
    st.tuples(parts(), st.booleans(), st.none()),
    st.tuples(parts(), st.none(), st.tuples(st.integers(0, 3), st.integers(0, 2))),
    st.tuples(parts(), st.none(), st.none()),  # takes back what was said
)


@given(st.lists(EDITS, max_size=8))
def test_each_minute_has_what_the_last_edit_of_it_said(
    edits: list[tuple[tuple[time, time], bool | None, tuple[int, int] | None]],
) -> None:
    ranges: Ranges = ()
    hours: dict[int, bool | None] = dict.fromkeys(QUARTERS)
    seats: dict[int, tuple[int, int] | None] = dict.fromkeys(QUARTERS)
    for (opens, closes), is_open, count in edits:
        named = [minute for minute in QUARTERS if minute_of(opens) <= minute < minute_of(closes)]
        if is_open is None and count is None:
            ranges = cleared(ranges, opens, closes)
            hours |= dict.fromkeys(named)
            seats |= dict.fromkeys(named)
        elif count is None:
            ranges = edited(ranges, Range(opens, closes, is_open))
            hours |= dict.fromkeys(named, is_open)
        else:
            ranges = edited(ranges, Range(opens, closes, None, count))
            seats |= dict.fromkeys(named, count)
    assert [held.opens for held in ranges] == sorted(held.opens for held in ranges)
    assert all(before.closes <= after.opens for before, after in pairwise(ranges))
    for minute in QUARTERS:
        here = [held for held in ranges if held.span[0] <= minute < held.span[1]]
        assert next((held.is_open for held in here), None) == hours[minute]
        assert seats_at(ranges, minute, (9, 9)) == (seats[minute] or (9, 9))


@given(spans, spans)
def test_spans_are_sets_of_minutes(some: Spans, others: Spans) -> None:
    def minutes(held: Spans) -> set[int]:
        return {minute for begins, ends in held for minute in range(begins, ends)}

    assert minutes(within(some, others)) == minutes(some) & minutes(others)
    assert minutes(without(some, others)) == minutes(some) - minutes(others)
    assert minutes(joined([*some, *others])) == minutes(some) | minutes(others)
    assert without(WHOLE_DAY, without(WHOLE_DAY, some)) == some
    assert spans_of(periods_of(some)) == some


def test_closing_a_part_leaves_the_grid_where_it_is() -> None:
    base = spans_of([(at(9), at(12))])
    closed = edited((), Range(at(9, 40), at(10, 10), is_open=False))
    assert grids(base, closed) == list(base)
    assert periods_of(open_spans(base, closed)) == ((at(9), at(9, 40)), (at(10, 10), at(12)))


def test_opening_beside_the_day_counts_from_its_own_beginning() -> None:
    base = spans_of([(at(9), at(12))])
    opened = edited((), Range(at(11), at(13, 10), is_open=True))
    assert grids(base, opened) == [(540, 720), (720, 790)]


def test_the_whole_days_hours_leave_the_seats_of_a_part() -> None:
    ranges = edited(edited((), Range(at(9), at(10), is_open=False)), Range(at(9), at(11), seats=(1, 0)))
    left = without_hours(ranges)
    assert [(held.opens, held.closes, held.is_open, held.seats) for held in left] == [(at(9), at(11), None, (1, 0))]
