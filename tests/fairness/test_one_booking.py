"""One active booking for each person and procedure; so many for each contact; staff may book beside the rules."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.roles import Role
from audit.actors import Actor
from audit.models import AuditEvent
from reservations.actions import (
    Person,
    reservation_book,
    reservation_cancel,
    reservation_mark_no_show,
    reservation_restore,
    seat_hold,
)
from reservations.fairness.errors import AlreadyBooked, TooManyForContact
from reservations.fairness.rule import Beside
from reservations.models import CancelReason, Hold, Reservation, Slot
from tests.people import staff_member
from tests.reservations.town import CITIZEN, HANAKO, SYSTEM, TARO, Town, a_time, make_slot


def book(town: Town, person: Person, *, by: Actor = CITIZEN, **more: Any) -> Reservation:
    slot = Slot.objects.filter(office=town.office).first() or make_slot(town.office, seats=30)
    _, token = seat_hold(slot_id=slot.pk, procedure=town.renewal, by=CITIZEN)
    return reservation_book(token=token, person=person, by=by, **more)


def numbered(number: int, **more: Any) -> Person:
    return replace(HANAKO, name=f"見本 {number}", **more)


def test_the_same_person_has_one_active_booking(town: Town) -> None:
    book(town, HANAKO)
    with pytest.raises(AlreadyBooked):
        book(town, replace(HANAKO, phone="0009998888", email="other@example.jp"))


def test_after_the_refusal_the_hold_still_stands(town: Town) -> None:
    book(town, HANAKO)
    with pytest.raises(AlreadyBooked):
        book(town, HANAKO)
    assert Hold.objects.count() == 1
    assert Slot.objects.get().public_taken == 2


@pytest.mark.parametrize("spelling", ["見本花子", "見本　花子", " 見本  花子 "])
def test_spaces_and_widths_make_no_other_person(town: Town, spelling: str) -> None:
    book(town, HANAKO)
    with pytest.raises(AlreadyBooked):
        book(town, replace(HANAKO, name=spelling))


def test_a_namesake_born_on_another_day_is_another_person(town: Town) -> None:
    book(town, HANAKO)
    assert book(town, replace(HANAKO, birth_date=date(1980, 3, 1))).pk


def test_after_cancelling_the_person_may_book_anew(town: Town) -> None:
    reservation_cancel(reservation=book(town, HANAKO), reason=CancelReason.SCHEDULE, by=CITIZEN)
    assert book(town, HANAKO).exclusive


def test_a_visit_that_nobody_marked_holds_up_nobody(town: Town) -> None:
    old = book(town, HANAKO)
    Slot.objects.filter(pk=old.slot_id).update(
        starts_at=timezone.now() - timedelta(days=1), ends_at=timezone.now() - timedelta(hours=23)
    )
    make_slot(town.elsewhere, a_time(8))
    _, token = seat_hold(slot_id=Slot.objects.get(office=town.elsewhere).pk, procedure=town.renewal, by=CITIZEN)
    assert reservation_book(token=token, person=HANAKO, by=CITIZEN).exclusive


def test_a_restored_booking_stands_beside_a_newer_one(town: Town) -> None:
    old = reservation_mark_no_show(reservation=book(town, HANAKO), by=SYSTEM)
    newer = book(town, HANAKO)
    assert reservation_restore(reservation=old, by=SYSTEM).state == "confirmed"
    assert Reservation.objects.get(exclusive=True) == newer


def test_the_database_refuses_what_slips_past_the_action(town: Town) -> None:
    """The guard is the index: without it, nothing but the action's own look would stand between two bookings."""
    first, second = book(town, HANAKO), book(town, TARO)
    with pytest.raises(IntegrityError, match="once_per_person"), transaction.atomic():
        Reservation.objects.filter(pk=second.pk).update(person_key=first.person_key)


def test_a_contact_has_so_many_active_bookings(town: Town) -> None:
    for number in range(5):
        book(town, numbered(number, email=""))
    with pytest.raises(TooManyForContact):
        book(town, numbered(5, email=""))


def test_a_mail_address_counts_whatever_its_capitals(town: Town) -> None:
    for number in range(5):
        book(town, numbered(number, phone=f"0001111000{number}"))
    with pytest.raises(TooManyForContact):
        book(town, numbered(5, phone="00011110009", email="Hanako@Example.jp"))


def test_cancelled_bookings_do_not_count_for_the_contact(town: Town) -> None:
    booked = [book(town, numbered(number)) for number in range(5)]
    reservation_cancel(reservation=booked[0], reason=CancelReason.OTHER, by=CITIZEN)
    assert book(town, numbered(5)).pk


def test_staff_book_beside_the_rules_and_say_why(town: Town) -> None:
    book(town, HANAKO)
    staff = Actor.staff(staff_member(Role.OPERATOR))
    with pytest.raises(AlreadyBooked):
        book(town, HANAKO, by=staff)
    beside = book(town, HANAKO, by=staff, beside=Beside.OTHER_PERSON)
    assert not beside.exclusive
    assert AuditEvent.objects.about(beside)[0].detail["beside"] == "other_person"


def test_citizens_cannot_book_beside_the_rules(town: Town) -> None:
    book(town, HANAKO)
    with pytest.raises(AlreadyBooked):
        book(town, HANAKO, beside=Beside.TWICE)


def test_the_person_stands_in_the_row_as_a_keyed_hash(town: Town) -> None:
    booked = book(town, HANAKO)
    assert len(booked.person_key) == 64
    assert "花子" not in booked.person_key
