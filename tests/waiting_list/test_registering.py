"""Nobody is put on the list by strangers: the address is proven first, and registering costs what holding costs."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from notifications.models import Message
from postoffices.city import current_city
from reservations.actions import reservation_cancel
from reservations.fairness.actions import shield_set
from reservations.fairness.proof import new_challenge
from reservations.fairness.records import Bucket, Step
from reservations.models import CancelReason, Reservation, Waiter, WaitState
from reservations.tasks import offer_seats
from reservations.waiting_list.errors import AlreadyWaiting, ConfirmTooLate
from reservations.waiting_list.registering import Told, Wanted, wait_confirm, wait_register
from tests.reservations.town import CITIZEN, SYSTEM, Town, make_slot
from tests.waiting_list.queue import filled, waiting
from tests.waiting_list.test_pages import REGISTER, link_in

MATSU = {"place": "office", "email": "matsu@example.jp"}


def asked_link() -> str:
    return link_in(Message.objects.get(purpose="wait_asked"))


def test_nothing_is_offered_and_nothing_more_is_sent_before_the_address_is_proven(client: Client, town: Town) -> None:
    booking = filled(town, make_slot(town.office))
    client.post(REGISTER, MATSU)
    reservation_cancel(reservation=booking, reason=CancelReason.OTHER, by=CITIZEN)
    offer_seats()
    assert Waiter.objects.get().state == WaitState.ASKED
    assert Message.objects.filter(recipient="matsu@example.jp").count() == 1


def test_the_browser_that_registers_is_not_told_the_link_of_the_mail(client: Client, town: Town) -> None:
    answer = client.post(REGISTER, MATSU, follow=True)
    token = asked_link().rstrip("/").rpartition("/")[2]
    assert token not in answer.content.decode()
    assert [address for address, _status in answer.redirect_chain] == ["/wait/renewal/mihon/sent/"]


def test_opening_the_link_confirms_nothing(client: Client, town: Town) -> None:
    client.post(REGISTER, MATSU)
    page = client.get(asked_link())
    assert "空き待ちを確定する" in page.content.decode()
    assert Waiter.objects.get().state == WaitState.ASKED


def test_the_button_confirms_as_often_as_it_is_pressed(client: Client, town: Town) -> None:
    client.post(REGISTER, MATSU)
    for _press in range(2):
        assert client.post(f"{asked_link()}confirm/").status_code == 302
    assert Waiter.objects.get().state == WaitState.WAITING


def test_an_address_that_nobody_confirms_lapses(client: Client, town: Town) -> None:
    client.post(REGISTER, MATSU)
    minutes = current_city().rules.waiting_list.confirm_minutes
    with time_machine.travel(timezone.now() + timedelta(minutes=minutes + 1)):
        with pytest.raises(ConfirmTooLate):
            wait_confirm(waiter=Waiter.objects.get(), by=CITIZEN)
        offer_seats()
        assert Waiter.objects.get().state == WaitState.UNPROVEN
        answer = client.post(f"{asked_link()}confirm/")
    assert answer.status_code == 409
    assert "もう一度登録" in answer.content.decode()


def test_registered_again_before_the_answer_the_wish_is_put_right_and_no_mail_sent(client: Client, town: Town) -> None:
    client.post(REGISTER, MATSU)
    client.post(REGISTER, MATSU | {"place": "ward"})
    assert Waiter.objects.get().ward == town.office.ward
    assert Message.objects.count() == 1


def test_a_stranger_cannot_keep_an_address_from_waiting_nor_learn_that_it_waits(client: Client, town: Town) -> None:
    waiting(town, email="matsu@example.jp")
    answer = client.post(REGISTER, MATSU)
    assert answer["Location"] == "/wait/renewal/mihon/sent/"
    with pytest.raises(AlreadyWaiting):
        wait_confirm(waiter=Waiter.objects.get(state=WaitState.ASKED), by=CITIZEN)
    assert sorted(Waiter.objects.values_list("state", flat=True)) == ["asked", "waiting"]


def test_the_same_page_sent_twice_registers_a_telephone_once(client: Client, town: Town) -> None:
    sent = {"place": "office", "phone": "00011112222", "key": str(uuid4())}
    first, second = client.post(REGISTER, sent), client.post(REGISTER, sent)
    assert first["Location"] == second["Location"]
    assert client.get(first["Location"]).status_code == 200
    assert client.post(REGISTER, sent | {"place": "ward"}).status_code == 409
    assert Waiter.objects.count() == 1


def test_a_key_that_somebody_else_has_used_hinders_nobody(town: Town) -> None:
    key, today = uuid4(), timezone.localdate()
    wanted = Wanted(town.renewal, town.office, today, today + timedelta(days=30))
    for phone in ("00011112222", "00033334444"):
        wait_register(wanted=wanted, told=Told(phone=phone), key=key, by=CITIZEN)
    assert Waiter.objects.count() == 2


def test_with_the_shield_on_registering_asks_for_the_proof(client: Client, town: Town) -> None:
    shield_set(on=True, by=SYSTEM)
    answer = client.post(REGISTER, MATSU)
    assert answer.status_code == 403
    assert "matsu@example.jp" in answer.content.decode()  # what was typed goes on with the proof
    assert not Waiter.objects.exists()
    assert client.post(REGISTER, MATSU | {"proof": new_challenge().answer()}).status_code == 302
    assert Waiter.objects.count() == 1


def test_a_network_registers_so_often(client: Client, town: Town) -> None:
    most = current_city().rules.fairness.registrations.burst
    answers = [client.post(REGISTER, MATSU | {"email": f"m{n}@example.jp"}).status_code for n in range(most + 1)]
    assert answers == [302] * most + [409]
    assert Waiter.objects.count() == most


def test_who_confirms_when_a_seat_has_come_free_is_offered_it_by_the_sweeper(client: Client, town: Town) -> None:
    booking = filled(town, make_slot(town.office))
    client.post(REGISTER, MATSU)
    reservation_cancel(reservation=booking, reason=CancelReason.OTHER, by=CITIZEN)
    client.post(f"{asked_link()}confirm/")
    offer_seats()
    assert Waiter.objects.get().state == WaitState.OFFERED


def tokens() -> float:
    return Bucket.objects.get(step=Step.HOLD).tokens


def test_registering_costs_a_hold_and_booking_from_the_offer_gives_nothing_back(client: Client, town: Town) -> None:
    with time_machine.travel(timezone.now(), tick=False):
        booking = filled(town, make_slot(town.office))
        client.post(REGISTER, MATSU)
        burst = current_city().rules.fairness.holds.burst
        assert tokens() == burst - 1
        client.post(f"{asked_link()}confirm/")
        reservation_cancel(reservation=booking, reason=CancelReason.OTHER, by=CITIZEN)
        form = client.post(f"{link_in(Message.objects.get(purpose='wait_offered'))}book/")["Location"]
        person = {
            "name": "見本 松",
            "reading": "",
            "birth_date_year": "1960",
            "birth_date_month": "4",
            "birth_date_day": "1",
            "address": "見本市架空区1-2",
            "phone": "000-1111-2222",
            "email": "",
        }
        client.post(form.replace("/?", "/book/?"), person)
        assert Reservation.objects.filter(state="confirmed").count() == 1
        assert tokens() == burst - 1


def test_the_offers_link_says_what_became_of_the_seat(client: Client, town: Town) -> None:
    from reservations.actions import reservation_book
    from reservations.waiting_list.actions import offer_take_up
    from tests.reservations.town import TARO

    booking = filled(town, make_slot(town.office))
    waiter = waiting(town, email="matsu@example.jp")
    reservation_cancel(reservation=booking, reason=CancelReason.OTHER, by=CITIZEN)
    link = link_in(Message.objects.get(purpose="wait_offered"))
    reservation_book(token=offer_take_up(waiter=waiter, by=SYSTEM), person=TARO, by=CITIZEN)
    for _now_and_after_the_sweeper in range(2):
        page = client.get(link)
        assert page.status_code == 200
        assert "予約になりました" in page.content.decode()
        assert client.post(f"{link}book/").status_code == 409
        offer_seats()
