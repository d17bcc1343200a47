"""The waiting list as a citizen and the desk meet it."""

from datetime import time, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.roles import Role
from notifications.models import Message
from postoffices.city import current_city
from postoffices.models import DeadlineStep
from postoffices.supply.deadlines import deadline_set
from reservations.actions import reservation_cancel
from reservations.deadlines import last_bookable_day
from reservations.models import CancelReason, Hold, Waiter
from reservations.waiting_list.standing import standings
from tests.people import client_of
from tests.reservations.town import CITIZEN, Town, a_time, make_slot
from tests.waiting_list.queue import filled, waiting

REGISTER = "/wait/renewal/mihon/"


def link_in(message: Message) -> str:
    return next(line for line in message.body.splitlines() if "/wait/entry/" in line).split("8000")[-1]


def test_a_full_place_offers_the_waiting_list(client: Client, town: Town) -> None:
    filled(town, make_slot(town.office))
    assert REGISTER in client.get("/book/renewal/mihon/").content.decode()


def test_registering_needs_a_way_to_be_told(client: Client, town: Town) -> None:
    answer = client.post(REGISTER, {"place": "office"})
    assert answer.status_code == 422
    assert "どちらかを入力" in answer.content.decode()


def test_from_the_registration_to_the_form_and_back(client: Client, town: Town) -> None:
    booking = filled(town, make_slot(town.office))
    answer = client.post(REGISTER, {"place": "ward", "email": "matsu@example.jp"}, follow=True)
    assert "確認のメールをお送りしました" in answer.content.decode()
    confirmed = client.post(f"{link_in(Message.objects.get())}confirm/", follow=True)
    assert "空き待ちを受け付けました" in confirmed.content.decode()
    reservation_cancel(reservation=booking, reason=CancelReason.OTHER, by=CITIZEN)
    link = link_in(Message.objects.get(purpose="wait_offered"))
    page = client.get(link).content.decode()
    assert "この日時で予約に進む" in page
    form = client.post(f"{link}book/", follow=True)
    assert form.status_code == 200
    assert "お越しになる方の入力" in form.content.decode()
    assert Hold.objects.count() == 1


def offered_link(town: Town) -> str:
    booking = filled(town, make_slot(town.office))
    waiting(town, email="matsu@example.jp")
    reservation_cancel(reservation=booking, reason=CancelReason.OTHER, by=CITIZEN)
    return link_in(Message.objects.get(purpose="wait_offered"))


def test_the_offer_of_the_mail_opens_again_after_it_was_pressed(client: Client, town: Town) -> None:
    link = offered_link(town)
    first, second = client.post(f"{link}book/"), client.post(f"{link}book/")
    assert first["Location"] == second["Location"]
    assert client.get(first["Location"]).status_code == 200
    assert client.get(link).status_code == 200


def test_the_link_of_the_registration_takes_the_offer_up_as_often_as_it_is_pressed(client: Client, town: Town) -> None:
    offered_link(town)
    link = link_in(Message.objects.get(purpose="wait_asked"))
    for _press in range(2):
        form = client.post(f"{link}book/", follow=True)
        assert form.status_code == 200
        assert "お越しになる方の入力" in form.content.decode()
    assert Hold.objects.count() == 1


def test_one_contact_is_not_sent_mails_without_end(client: Client, town: Town) -> None:
    most = current_city().rules.fairness.tries_per_contact.burst
    answers: list[Any] = []
    for _press in range(most + 1):
        told = {"place": "office", "email": "matsu@example.jp"}
        answers.append(client.post(REGISTER, told, REMOTE_ADDR=f"192.0.{len(answers)}.1"))
        Waiter.objects.update(state="withdrawn")
    assert [answer.status_code for answer in answers] == [302] * most + [409]
    assert Message.objects.filter(purpose="wait_asked").count() == most


def test_nobody_waits_for_what_can_be_booked(client: Client, town: Town) -> None:
    """A slot of the ward refuses those who want the ward, and nobody else."""
    make_slot(town.elsewhere)
    answer = client.post(REGISTER, {"place": "ward", "email": "matsu@example.jp"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "いま空きがあります" in page
    assert 'href="/book/renewal/places/"' in page
    assert "matsu@example.jp" in page
    assert not Waiter.objects.exists()
    assert client.post(REGISTER, {"place": "office", "email": "matsu@example.jp"}).status_code == 302


def test_a_free_time_that_cannot_be_booked_any_more_keeps_nobody_from_waiting(client: Client, town: Town) -> None:
    make_slot(town.office)
    early = time(12)
    deadline_set(office=None, procedure=town.renewal, step=DeadlineStep.BOOK, days_before=20, at=early, by=CITIZEN)
    assert client.post(REGISTER, {"place": "office", "email": "matsu@example.jp"}).status_code == 302


def test_the_link_withdraws(client: Client, town: Town) -> None:
    client.post(REGISTER, {"place": "office", "email": "matsu@example.jp"})
    link = link_in(Message.objects.get(purpose="wait_asked"))
    client.post(f"{link}withdraw/")
    assert Waiter.objects.get().state == "withdrawn"


def test_a_stranger_without_the_link_reaches_nothing(client: Client, town: Town) -> None:
    waiting(town)
    assert client.get("/wait/entry/guessed/").status_code == 404


def test_staff_see_why_nothing_was_sent_and_whom_to_call(town: Town) -> None:
    booking = filled(town, make_slot(town.office))
    waiting(town, phone="00011112222")
    waiting(town)
    reservation_cancel(reservation=booking, reason=CancelReason.OTHER, by=CITIZEN)
    operator = client_of(Role.OPERATOR)
    page = operator.get("/staff/waiting/").content.decode()
    assert "電話で案内してください" in page
    assert "まだ空きがありません" in page
    assert "空きの案内（電話）" in operator.get("/staff/").content.decode()


def test_staff_read_the_reason_that_holds_for_each(town: Town) -> None:
    most = current_city().rules.waiting_list.offers_per_network
    bookings = [filled(town, make_slot(town.office, a_time(5 + n))) for n in range(most)]
    shared = [waiting(town, network="n" * 32) for _ in range(most + 1)]
    for booking in bookings:
        reservation_cancel(reservation=booking, reason=CancelReason.OTHER, by=CITIZEN)
    family, late, early = waiting(town, people=3), waiting(town), waiting(town)
    today, beyond = timezone.localdate(), last_bookable_day() + timedelta(days=1)
    Waiter.objects.filter(pk=late.pk).update(last_day=today)
    Waiter.objects.filter(pk=early.pk).update(first_day=beyond, last_day=beyond)
    told = {row.waiter.pk: row.told for row in standings(Waiter.objects.all())}
    assert "案内しているあいだ" in told[shared[-1].pk]
    assert "3人がいっしょに入れる空き" in told[family.pk]
    assert "期限を過ぎました" in told[late.pk]
    assert "まだ始まっていません" in told[early.pk]


def test_the_desk_takes_the_kept_seat(town: Town) -> None:
    booking = filled(town, make_slot(town.office))
    waiter = waiting(town)
    reservation_cancel(reservation=booking, reason=CancelReason.OTHER, by=CITIZEN)
    answer = client_of(Role.OPERATOR).post(f"/staff/waiting/{waiter.pk}/book/")
    assert answer.status_code == 302
    assert "/staff/desk/hold/" in answer["Location"]


@pytest.mark.parametrize("count", [1, 6])
def test_the_list_costs_the_same_for_many(town: Town, count: int, django_assert_max_num_queries: object) -> None:
    for _ in range(count):
        waiting(town)
    bureau = client_of(Role.BUREAU)
    bureau.get("/staff/waiting/")
    with django_assert_max_num_queries(12):  # type: ignore[operator]
        bureau.get("/staff/waiting/")
