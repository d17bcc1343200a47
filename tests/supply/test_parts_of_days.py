"""A range within a day: closed, opened, with other seats, and taken back; repeated and laid over each other."""

from datetime import date, time, timedelta

import pytest
from django.utils import timezone

from postoffices.models import DayRange, DayRule
from postoffices.supply.days import almanac
from postoffices.supply.edits import EditKind
from reservations.models import Reservation, ReservationState, Slot
from reservations.supply.wording import EditedDays, day_changes, edits_of
from tests.reservations.town import TARO, Book, Town
from tests.supply.bureau import a_monday, apply, assert_counters_tell_the_truth, edit_of, open_days
from tests.supply.test_edits import local_times

AFTERNOON = (time(13), time(15))
WHOLE_AFTERNOON = ["13:00", "13:30", "14:00", "14:30", "15:00", "15:30"]
MORNING = ["09:00", "09:30", "10:00", "10:30", "11:00", "11:30"]


def seats_at(clock: str) -> tuple[int, int]:
    slot = next(slot for slot in Slot.objects.filter(office__code="mihon") if _clock(slot) == clock)
    return slot.public_seats, slot.internal_seats


def standing_edits(town: Town, first: date, last: date) -> list[EditedDays]:
    return edits_of(town.office, almanac([town.office], first, last), first, last)


def _clock(slot: Slot) -> str:
    return f"{timezone.localtime(slot.starts_at):%H:%M}"


@pytest.mark.requirement("fukuoka-09")
def test_closing_a_part_orphans_who_stands_there_and_nobody_else(town: Town, book: Book) -> None:
    slots = open_days(town, a_monday())
    morning, _ = book(slots[0])
    afternoon, _ = book(next(slot for slot in slots if _clock(slot) == "13:30"), person=TARO)
    plan = apply([town.office], edit_of(EditKind.CLOSE, a_monday(), part=AFTERNOON, reason="端末の点検"))
    assert plan.counts() | {"closed": 4, "orphaned": 1, "kept": 1} == plan.counts()
    assert local_times(a_monday()) == [*MORNING, "15:00", "15:30"]
    morning.refresh_from_db()
    afternoon.refresh_from_db()
    assert (morning.state, afternoon.state) == (ReservationState.CONFIRMED, ReservationState.ORPHANED)
    assert_counters_tell_the_truth()


def test_a_part_closes_the_times_it_touches_and_moves_no_other(town: Town) -> None:
    open_days(town, a_monday())
    apply([town.office], edit_of(EditKind.CLOSE, a_monday(), part=(time(13, 10), time(13, 40))))
    assert local_times(a_monday()) == [*MORNING, *WHOLE_AFTERNOON[2:]]


def test_a_part_opens_beside_the_day_and_the_lunch_break(town: Town) -> None:
    open_days(town, a_monday())
    apply([town.office], edit_of(EditKind.OPEN, a_monday(), part=(time(11, 30), time(13, 30))))
    assert local_times(a_monday()) == [*MORNING, "12:00", "12:30", *WHOLE_AFTERNOON]
    apply([town.office], edit_of(EditKind.OPEN, a_monday(), part=(time(17), time(18))))
    assert local_times(a_monday())[-2:] == ["17:00", "17:30"]


def test_seats_of_a_part_are_those_of_the_times_that_begin_there(town: Town, book: Book) -> None:
    slot = next(slot for slot in open_days(town, a_monday()) if _clock(slot) == "14:30")
    book(slot)
    late, _ = book(slot, person=TARO)
    plan = apply([town.office], edit_of(EditKind.SEATS, a_monday(), part=AFTERNOON, seats=(1, 0)))
    assert (plan.counts()["narrowed"], plan.orphaned) == (4, [late.pk])
    assert (seats_at("11:30"), seats_at("13:00"), seats_at("14:30"), seats_at("15:00")) == (
        (2, 0),
        (1, 0),
        (1, 0),
        (2, 0),
    )
    assert_counters_tell_the_truth()


def test_the_last_edit_holds_for_the_time_it_names(town: Town) -> None:
    monday = a_monday()
    open_days(town, monday)
    apply([town.office], edit_of(EditKind.CLOSE, monday, part=AFTERNOON))
    apply([town.office], edit_of(EditKind.CLOSE, monday, part=AFTERNOON))
    assert DayRange.objects.count() == 1
    apply([town.office], edit_of(EditKind.OPEN, monday, part=(time(14), time(15))))
    apply([town.office], edit_of(EditKind.SEATS, monday, part=(time(13), time(16)), seats=(4, 1)))
    assert local_times(monday) == [*MORNING, "14:00", "14:30", "15:00", "15:30"]
    assert seats_at("14:30") == (4, 1)
    shown = standing_edits(town, monday, monday)[0].words
    assert shown == (
        "13:00〜14:00は休み（また開けたときは公開4・内部1）、14:00〜15:00は開ける・公開4・内部1、15:00〜16:00は公開4・内部1"
    )
    apply([town.office], edit_of(EditKind.PROFILE, monday, part=(time(13), time(16))))
    assert local_times(monday) == [*MORNING, *WHOLE_AFTERNOON]
    assert not DayRule.objects.exists()


def test_an_edit_of_the_whole_day_takes_the_same_word_about_its_parts_away(town: Town) -> None:
    monday = a_monday()
    open_days(town, monday)
    apply([town.office], edit_of(EditKind.CLOSE, monday, part=AFTERNOON))
    apply([town.office], edit_of(EditKind.SEATS, monday, part=AFTERNOON, seats=(1, 0)))
    apply([town.office], edit_of(EditKind.HOURS, monday, periods=((time(13), time(14)),)))
    assert (local_times(monday), seats_at("13:30")) == (["13:00", "13:30"], (1, 0))
    apply([town.office], edit_of(EditKind.SEATS, monday, seats=(3, 0)))
    assert seats_at("13:30") == (3, 0)
    apply([town.office], edit_of(EditKind.CLOSE, monday))
    apply([town.office], edit_of(EditKind.OPEN, monday, part=(time(9, 15), time(10, 15))))
    assert local_times(monday) == ["09:15", "09:45"], "a part of a closed day is counted from its own beginning"


def test_the_preview_says_each_day_before_and_after_and_what_stood_there(town: Town) -> None:
    monday = a_monday()
    open_days(town, monday, 2)
    apply([town.office], edit_of(EditKind.CLOSE, monday, part=(time(9), time(10))))
    edit = edit_of(EditKind.CLOSE, monday, monday + timedelta(days=1), part=AFTERNOON)
    changes, more = day_changes([town.office], edit)
    assert [(change.edited_before, change.before) for change in changes] == [
        (True, "10:00〜12:00・13:00〜16:15、公開2・内部0"),
        (False, "9:00〜12:00・13:00〜16:15、公開2・内部0"),
    ]
    assert changes[0].after == "10:00〜12:00・15:00〜16:15、公開2・内部0"
    assert more == 0


def test_the_preview_of_a_part_that_closes_names_no_seats_there(town: Town) -> None:
    monday = a_monday()
    open_days(town, monday)
    apply([town.office], edit_of(EditKind.SEATS, monday, part=AFTERNOON, seats=(4, 1)))
    closing, _more = day_changes([town.office], edit_of(EditKind.CLOSE, monday, part=AFTERNOON))
    assert (closing[0].before, closing[0].after) == (
        "9:00〜12:00・13:00〜16:15、公開2・内部0、13:00〜15:00は公開4・内部1",
        "9:00〜12:00・15:00〜16:15、公開2・内部0",
    )
    apply([town.office], edit_of(EditKind.CLOSE, monday, part=AFTERNOON))
    opening, _more = day_changes([town.office], edit_of(EditKind.OPEN, monday, part=AFTERNOON))
    assert opening[0].after == closing[0].before, "seats that were set before hold again"


def test_neighbouring_days_with_the_same_edit_stand_together(town: Town) -> None:
    monday = a_monday()
    apply([town.office], edit_of(EditKind.CLOSE, monday, monday + timedelta(days=3), part=AFTERNOON, reason="点検"))
    apply([town.office], edit_of(EditKind.CLOSE, monday + timedelta(days=2)))
    shown = standing_edits(town, monday, monday + timedelta(days=6))
    assert [(held.first, held.last, held.words) for held in shown] == [
        (monday, monday + timedelta(days=1), "13:00〜15:00は休み（点検）"),
        (monday + timedelta(days=2), monday + timedelta(days=2), "休み"),
        (monday + timedelta(days=3), monday + timedelta(days=3), "13:00〜15:00は休み（点検）"),
    ]
    assert not Reservation.objects.exists()
