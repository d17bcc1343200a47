"""Emergency stops: one message to everyone concerned, a link of their own, and the way back."""

import re
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from notifications.models import Message, MessageState
from postoffices.models import Stop
from reservations.actions import Person, reservation_cancel, reservation_move, seat_hold, slots_materialise
from reservations.deadlines import start_of
from reservations.errors import SlotClosed
from reservations.models import CancelReason, Orphaning, Reservation, ReservationState, SeatKind, Slot
from reservations.supply.actions import offices_stopped, orphan_called, orphans_tell, stop_begin, stop_lift, stop_plan
from reservations.supply.errors import NoAddress, NothingToLift, OrphanDone, SupplyChanged
from reservations.supply.worklist import stop_standing
from tests.reservations.town import CITIZEN, HANAKO, SYSTEM, TARO, Book, Town
from tests.supply.bureau import BUREAU, a_monday, assert_counters_tell_the_truth, open_days, stop

WITHOUT_MAIL = TARO
JIRO = Person(
    name="架空 次郎",
    reading="",
    birth_date=TARO.birth_date,
    address="見本市",
    phone="0003334444",
    email="jiro@example.jp",
)


def morning(hours: int = 8) -> tuple[datetime, datetime]:
    begins = start_of(a_monday()) + timedelta(hours=8)
    return begins, begins + timedelta(hours=hours)


def link_in(message: Message) -> str:
    found = re.search(r"/r/[\w-]+/", message.body)
    assert found
    return found[0]


@pytest.fixture
def slots(town: Town) -> list[Slot]:
    return open_days(town, a_monday())


@pytest.fixture
def told(town: Town, book: Book, slots: list[Slot]) -> Reservation:
    """Hanako, who has a mail address, after a stop of her office."""
    booking, _ = book(slots[0])
    stop(town.office, *morning())
    booking.refresh_from_db()
    return booking


def test_a_stop_closes_the_office_and_tells_everyone_once(town: Town, book: Book, slots: list[Slot]) -> None:
    booking, _ = book(slots[0])
    without, _ = book(slots[1], person=WITHOUT_MAIL)
    made = stop(town.office, *morning())
    assert set(Reservation.objects.values_list("state", flat=True)) == {ReservationState.ORPHANED}
    message = Message.objects.get(purpose="orphaned")
    assert (message.recipient, message.subject_id) == (booking.email, str(booking.pk))
    assert "端末の障害" in message.body
    standing = stop_standing(made)
    assert (standing.concerned, standing.told, standing.to_call, standing.waiting) == (2, 1, 1, 2)
    stop(None, *morning())
    assert Message.objects.filter(purpose="orphaned").count() == 1
    orphan_called(orphaning=Orphaning.objects.get(reservation=without), by=BUREAU)
    assert stop_standing(made).to_call == 0
    assert_counters_tell_the_truth()


def test_the_stop_ends_when_it_says(town: Town, slots: list[Slot]) -> None:
    stop(town.office, *morning(hours=4))
    hours = [
        timezone.localtime(at).hour
        for at in Slot.objects.filter(office=town.office).values_list("starts_at", flat=True)
    ]
    assert min(hours) == 13


def test_everything_may_be_stopped_at_once(town: Town, slots: list[Slot]) -> None:
    stop(None, *morning())
    assert not Slot.objects.exists()
    assert slots_materialise(office=town.elsewhere, first_day=a_monday(), last_day=a_monday(), by=SYSTEM) == 0


def test_while_stopped_nothing_is_booked(town: Town, book: Book, slots: list[Slot]) -> None:
    stop(town.office, *morning())
    with pytest.raises(SlotClosed):
        seat_hold(slot_id=slots[2].pk, procedure=town.renewal, by=CITIZEN)


def test_the_link_of_the_message_opens_the_booking_to_choose_anew(
    town: Town, told: Reservation, client: Client
) -> None:
    page = link_in(Message.objects.get(purpose="orphaned"))
    shown = client.get(page).content.decode()
    assert "新しい日時を選んでください" in shown
    assert told.number[:3] in shown
    for step in ("change/", "change/places/"):
        answer = client.get(f"{page}{step}")
        assert answer.status_code == 200
        assert "そのまま残ります" not in answer.content.decode(), "a time that is gone is promised to nobody"
    assert client.get("/r/xxxxxxxxxxxxxxxxxxxxxx/").status_code == 404


def test_choosing_anew_by_the_link_ends_the_orphan(town: Town, told: Reservation, client: Client) -> None:
    page = link_in(Message.objects.get(purpose="orphaned"))
    free = Slot.objects.filter(office=town.elsewhere).order_by("starts_at")[0]
    held = client.post(f"{page}change/?office={town.elsewhere.code}", {"slot": free.pk})
    assert "いまの予約はそのまま" not in client.get(held["Location"]).content.decode()
    client.post(held["Location"])
    told.refresh_from_db()
    assert (told.state, told.slot_id) == (ReservationState.CONFIRMED, free.pk)
    assert not Orphaning.objects.open().exists()
    assert_counters_tell_the_truth()


def test_no_reminder_goes_out_for_a_time_that_was_stopped(told: Reservation) -> None:
    reminders = Message.objects.filter(purpose="reminder")
    assert reminders.exists()
    assert set(reminders.values_list("state", flat=True)) == {MessageState.WITHDRAWN}


def test_lifting_gives_the_time_back_and_tells_it(town: Town, told: Reservation) -> None:
    assert stop_lift(stop=Stop.objects.get(), give_back=True, by=BUREAU) == 1
    told.refresh_from_db()
    assert told.state == ReservationState.CONFIRMED
    assert Message.objects.filter(purpose="restored").count() == 1
    assert Message.objects.filter(purpose="reminder", state=MessageState.QUEUED).exists()
    assert Slot.objects.filter(office=town.office, public_seats=2).count() == 12
    assert_counters_tell_the_truth()
    with pytest.raises(NothingToLift):
        stop_lift(stop=Stop.objects.get(), give_back=True, by=BUREAU)


def test_lifting_may_leave_the_bookings_to_people(town: Town, told: Reservation) -> None:
    assert stop_lift(stop=Stop.objects.get(), give_back=False, by=BUREAU) == 0
    told.refresh_from_db()
    assert told.state == ReservationState.ORPHANED
    assert not Message.objects.filter(purpose="restored").exists()


def test_lifting_leaves_who_has_chosen_or_cancelled(town: Town, book: Book, slots: list[Slot]) -> None:
    moved, _ = book(slots[0])
    cancelled, _ = book(slots[1], person=JIRO)
    stop(town.office, *morning())
    free = Slot.objects.filter(office=town.elsewhere).order_by("starts_at")[0]
    _, token = seat_hold(slot_id=free.pk, procedure=town.renewal, by=CITIZEN)
    reservation_move(reservation=moved, token=token, by=CITIZEN)
    reservation_cancel(reservation=cancelled, reason=CancelReason.SCHEDULE, by=CITIZEN)
    assert stop_lift(stop=Stop.objects.get(), give_back=True, by=BUREAU) == 0
    moved.refresh_from_db()
    assert moved.slot_id == free.pk
    assert_counters_tell_the_truth()


def test_another_stop_that_still_stands_keeps_the_time_closed(town: Town, told: Reservation) -> None:
    begins, ends = morning()
    both = stop(None, begins, ends)
    assert stop_lift(stop=Stop.objects.exclude(pk=both.pk).get(), give_back=True, by=BUREAU) == 0
    assert not Slot.objects.filter(office=town.office, public_seats__gt=0).exists()


def test_the_stop_is_refused_when_others_are_concerned_than_were_shown(
    town: Town, book: Book, slots: list[Slot]
) -> None:
    begins, ends = morning()
    wanted = Stop(office=town.office, starts_at=begins, ends_at=ends, reason="x")
    seen = stop_plan(wanted, offices_stopped(wanted)).digest()
    book(slots[0])
    with pytest.raises(SupplyChanged):
        stop_begin(office=town.office, starts_at=begins, ends_at=ends, reason="x", seen=seen, by=BUREAU)
    assert not Stop.objects.exists()


def test_who_was_told_is_not_told_again(town: Town, told: Reservation) -> None:
    with pytest.raises(NoAddress):
        orphans_tell(orphanings=list(Orphaning.objects.all()), by=BUREAU)
    reservation_cancel(reservation=told, reason=CancelReason.OTHER, by=CITIZEN)
    with pytest.raises(OrphanDone):
        orphan_called(orphaning=Orphaning.objects.get(), by=BUREAU)


def test_a_booking_in_an_internal_seat_comes_back_to_a_free_one(town: Town, book: Book, slots: list[Slot]) -> None:
    booking, _ = book(slots[0], person=HANAKO)
    stop(town.office, *morning())
    Reservation.objects.filter(pk=booking.pk).update(seat_kind=SeatKind.INTERNAL)
    assert stop_lift(stop=Stop.objects.get(), give_back=True, by=BUREAU) == 1
    booking.refresh_from_db()
    assert booking.seat_kind == SeatKind.PUBLIC
    assert_counters_tell_the_truth()
