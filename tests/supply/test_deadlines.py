"""Deadlines per office and procedure: the most specific holds, at once, to the second."""

from datetime import datetime, time

import pytest
import time_machine
from django.utils import timezone

from audit.models import AuditEvent
from postoffices.city import current_city
from postoffices.models import DeadlineRule, DeadlineStep, Office, Procedure
from postoffices.supply.deadlines import deadline_remove, deadline_set
from reservations.actions import reservation_cancel, reservation_move, seat_hold
from reservations.availability import Vacancy, month, next_free, times
from reservations.citizen.standing import standing_of
from reservations.errors import DeadlinePassed
from reservations.models import CancelReason, Slot
from tests.reservations.town import CITIZEN, SYSTEM, Book, Town, make_slot
from tests.supply.bureau import BUREAU


def at(text: str) -> datetime:
    return timezone.make_aware(datetime.fromisoformat(text))


def set_deadline(
    office: Office | None, procedure: Procedure | None, step: DeadlineStep, days: int, hour: int
) -> DeadlineRule:
    return deadline_set(office=office, procedure=procedure, step=step, days_before=days, at=time(hour), by=BUREAU)


def hold_at(town: Town, slot: Slot, now: str) -> None:
    with time_machine.travel(at(now), tick=False):
        seat_hold(slot_id=slot.pk, procedure=town.renewal, by=CITIZEN)


@pytest.mark.requirement("fukuoka-08")
def test_the_most_specific_deadline_holds(town: Town) -> None:
    def days() -> int:
        place = {"office_id": town.office.pk, "procedure_id": town.renewal.pk}
        return current_city().deadline("book", **place).days_before

    assert days() == 1
    for number, place in enumerate(
        [(None, None), (None, town.renewal), (town.office, None), (town.office, town.renewal)], 2
    ):
        set_deadline(*place, DeadlineStep.BOOK, number, 12)
        assert days() == number
    assert current_city().deadline("book", office_id=town.elsewhere.pk, procedure_id=town.renewal.pk).days_before == 3
    assert current_city().deadline("book", office_id=town.elsewhere.pk, procedure_id=town.other.pk).days_before == 2
    deadline_remove(rule=DeadlineRule.objects.get(days_before=5), by=BUREAU)
    assert days() == 4


@pytest.mark.requirement("fukuoka-08")
@pytest.mark.parametrize(
    ("starts", "last"),
    [
        ("2026-11-25 09:00", "2026-11-23 12:00:00"),
        ("2026-11-25 00:00", "2026-11-23 12:00:00"),
        ("2027-04-01 09:00", "2027-03-30 12:00:00"),
        ("2028-03-01 09:00", "2028-02-28 12:00:00"),
    ],
)
def test_to_the_second_at_one_office_and_not_at_the_other(town: Town, starts: str, last: str) -> None:
    set_deadline(town.office, None, DeadlineStep.BOOK, 2, 12)
    here, there = make_slot(town.office, at(starts), seats=2), make_slot(town.elsewhere, at(starts))
    hold_at(town, here, last)
    late = f"{last[:-2]}01"
    with pytest.raises(DeadlinePassed):
        hold_at(town, here, late)
    hold_at(town, there, late)


def test_availability_shows_what_can_be_booked(town: Town) -> None:
    set_deadline(town.office, None, DeadlineStep.BOOK, 3, 12)
    here, there = (make_slot(office, at("2026-11-25 09:00")) for office in (town.office, town.elsewhere))
    with time_machine.travel(at("2026-11-23 09:00"), tick=False):
        assert next_free([town.office, town.elsewhere], town.renewal) == {
            town.office.pk: None,
            town.elsewhere.pk: there.starts_at,
        }
        day = here.starts_at.date()
        assert times(town.office, town.renewal, day) == []
        assert month(town.office, town.renewal, 2026, 11)[24].vacancy == Vacancy.PAST
        assert month(town.elsewhere, town.renewal, 2026, 11)[24].vacancy == Vacancy.OPEN


def test_change_and_cancel_follow_the_place_that_is_booked(town: Town, book: Book) -> None:
    set_deadline(town.office, None, DeadlineStep.CHANGE, 5, 12)
    set_deadline(None, town.renewal, DeadlineStep.CANCEL, 4, 12)
    with time_machine.travel(at("2026-11-10 09:00"), tick=False):
        booking, _ = book(make_slot(town.office, at("2026-11-25 09:00")))
        later = make_slot(town.elsewhere, at("2026-11-30 09:00"))
    with time_machine.travel(at("2026-11-20 12:00:01"), tick=False):
        assert (standing_of(booking).may_change, standing_of(booking).may_cancel) == (False, True)
        _, token = seat_hold(slot_id=later.pk, procedure=town.renewal, by=CITIZEN)
        with pytest.raises(DeadlinePassed):
            reservation_move(reservation=booking, token=token, by=CITIZEN)
    with time_machine.travel(at("2026-11-21 12:00:01"), tick=False):
        assert not standing_of(booking).may_cancel
        with pytest.raises(DeadlinePassed):
            reservation_cancel(reservation=booking, reason=CancelReason.OTHER, by=CITIZEN)
        reservation_cancel(reservation=booking, reason=CancelReason.OTHER, by=SYSTEM)


def test_setting_the_same_place_again_changes_the_one_rule(town: Town) -> None:
    set_deadline(None, None, DeadlineStep.BOOK, 2, 12)
    set_deadline(None, None, DeadlineStep.BOOK, 0, 8)
    assert DeadlineRule.objects.get().days_before == 0
    assert AuditEvent.objects.filter(action="postoffices.deadline_set").count() == 2
