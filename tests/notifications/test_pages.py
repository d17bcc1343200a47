"""The staff's list of messages and what can be done there."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from accounts.roles import Role
from audit.models import AuditEvent
from helpdesk.actions import replies
from notifications.models import Message, MessageState, Receipt
from notifications.purposes import PURPOSE_LABELS
from reservations import mails
from reservations.actions import reservation_book, seat_hold
from reservations.models import Reservation
from reservations.supply import telling
from reservations.waiting_list import mails as waiting_mails
from tests.notifications.conftest import QueueMessage
from tests.people import client_of
from tests.reservations.town import CITIZEN, TARO, make_slot, make_town
from writing.numbers import number_text

pytestmark = pytest.mark.django_db

LIST = reverse("notifications:list")
# Counts by state and purpose, number of rows, rows, receipts. The frame around the page pins its own.
LIST_QUERIES = 4


@pytest.fixture
def bureau() -> Client:
    return client_of(Role.BUREAU)


def text_of(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def put(message: Message, state: MessageState, **fields: object) -> None:
    Message.objects.filter(pk=message.pk).update(state=state, **fields)


def test_the_list_masks_recipients_and_shows_the_last_receipt(bureau: Client, queue_message: QueueMessage) -> None:
    message = queue_message()
    Receipt.objects.create(message=message, state=MessageState.QUEUED, reason="451 あとで")
    Receipt.objects.create(message=message, state=MessageState.FAILED, reason="554 届けられません")
    shown = text_of(bureau, LIST)
    assert "h***@example.jp" in shown
    assert "hanako@example.jp" not in shown
    assert "554 届けられません" in shown
    assert "451 あとで" not in shown
    assert "予約の受付" in shown


def test_the_list_takes_the_same_queries_however_many_messages_there_are(
    bureau: Client, queue_message: QueueMessage
) -> None:
    for number in range(60):
        message = queue_message(f"key-{number}")
        Receipt.objects.create(message=message, state=MessageState.QUEUED, reason="451 あとで")
    with CaptureQueriesContext(connection) as queries:
        text_of(bureau, LIST)
    assert len([query for query in queries if "notifications_" in query["sql"]]) == LIST_QUERIES


def test_filters_stand_in_the_address_and_count(bureau: Client, queue_message: QueueMessage) -> None:
    sent = queue_message("1", title="送信済みの受付")
    put(sent, MessageState.SENT, sent_at=timezone.now())
    queue_message("2", title="待っている案内", purpose="reminder")
    put(queue_message("3", title="古い取り消し", purpose="cancelled"), MessageState.FAILED)
    Message.objects.filter(key="3").update(queued_at=timezone.now() - timedelta(days=20))
    everything = text_of(bureau, LIST)
    assert "送信済みの受付" in everything
    assert "待っている案内" in everything
    assert "古い取り消し" not in everything
    assert "すべて 2" in everything
    by_state = text_of(bureau, f"{LIST}?state=sent")
    assert "送信済みの受付" in by_state
    assert "待っている案内" not in by_state
    by_purpose = text_of(bureau, f"{LIST}?purpose=reminder")
    assert "待っている案内" in by_purpose
    assert "送信済みの受付" not in by_purpose
    assert "古い取り消し" in text_of(bureau, f"{LIST}?day=all&state=failed")
    assert "この条件に当てはまる通知はありません" in text_of(bureau, f"{LIST}?day=yesterday")


def test_every_kind_of_mail_has_words() -> None:
    sent = {*mails.TITLES, *telling.TITLES, *(f"wait_{name}" for name in waiting_mails.TITLES)}
    sent |= {f"inquiry_{name}" for name in replies.TITLES}
    assert not sent - PURPOSE_LABELS.keys()


@pytest.mark.parametrize("query", ["state=nonsense", "day=13", "purpose=%00", "purpose=x", "page=-1", "page=x"])
def test_nonsense_in_the_address_is_no_error(bureau: Client, queue_message: QueueMessage, query: str) -> None:
    queue_message()
    text_of(bureau, f"{LIST}?{query}")


def test_opening_a_message_shows_its_recipient_and_is_written_down(bureau: Client, queue_message: QueueMessage) -> None:
    message = queue_message()
    shown = text_of(bureau, reverse("notifications:message", args=[message.pk]))
    assert "hanako@example.jp" in shown
    event = AuditEvent.objects.get(action="message_open")
    assert (event.subject_id, event.actor_label) == (str(message.pk), "bureau")


def test_an_installation_never_shows_a_text_and_the_demo_does(
    bureau: Client, queue_message: QueueMessage, settings: Settings
) -> None:
    message = queue_message(body="予約を開く: https://yoyaku.example.jp/r/secret-token/\n")
    address = reverse("notifications:message", args=[message.pk])
    settings.DEMO = False
    assert "secret-token" not in text_of(bureau, address)
    assert "secret-token" not in text_of(bureau, LIST)
    settings.DEMO = True
    assert 'href="https://yoyaku.example.jp/r/secret-token/"' in text_of(bureau, address)
    assert "secret-token" not in text_of(bureau, LIST)


def test_a_text_is_shown_as_text(bureau: Client, queue_message: QueueMessage, settings: Settings) -> None:
    settings.DEMO = True
    message = queue_message(title="<b>件名</b>", body="<script>alert(1)</script>")
    shown = text_of(bureau, reverse("notifications:message", args=[message.pk]))
    assert "<script>alert" not in shown
    assert "<b>件名" not in shown


def test_an_uncertain_message_is_sent_again_by_a_person(bureau: Client, queue_message: QueueMessage) -> None:
    message = queue_message()
    put(message, MessageState.UNCERTAIN)
    assert "もう一度送る" in text_of(bureau, LIST)
    address = reverse("notifications:resend", args=[message.pk])
    response = bureau.post(address)
    assert response.status_code == 302
    message.refresh_from_db()
    assert message.state == MessageState.QUEUED


def test_a_sent_message_offers_no_second_sending_and_refuses_it(bureau: Client, queue_message: QueueMessage) -> None:
    message = queue_message()
    put(message, MessageState.SENT, sent_at=timezone.now())
    assert "もう一度送る" not in text_of(bureau, LIST)
    response = bureau.post(reverse("notifications:resend", args=[message.pk]))
    assert response.status_code == 422
    assert "再送できません" in response.content.decode()
    message.refresh_from_db()
    assert message.state == MessageState.SENT


@pytest.mark.parametrize("number", [0, 999_999, 99_999_999_999_999_999_999])
def test_a_message_that_is_not_there_is_not_found(bureau: Client, number: int) -> None:
    assert bureau.get(reverse("notifications:message", args=[number])).status_code == 404


def test_the_start_page_counts_uncertain_messages_and_leads_to_them(
    bureau: Client, queue_message: QueueMessage
) -> None:
    put(queue_message("1"), MessageState.UNCERTAIN)
    put(queue_message("2"), MessageState.SENT, sent_at=timezone.now())
    shown = text_of(bureau, reverse("accounts:start"))
    assert "届いたか分からない通知" in shown
    assert "day=all&amp;state=uncertain" in shown


@pytest.fixture
def booked() -> Reservation:
    town = make_town()
    _, token = seat_hold(slot_id=make_slot(town.office).pk, procedure=town.renewal, by=CITIZEN)
    return reservation_book(token=token, person=TARO, by=CITIZEN)


def test_a_message_names_the_booking_that_it_is_about(
    bureau: Client, booked: Reservation, queue_message: QueueMessage
) -> None:
    message = queue_message(about=booked)
    link = f'<a href="/staff/reservations/{booked.number}/">{number_text(booked.number)}</a>'
    assert link in text_of(bureau, LIST)
    assert link in text_of(bureau, reverse("notifications:message", args=[message.pk]))


@pytest.mark.parametrize("spelling", ["plain", "grouped", "full width"])
def test_messages_are_found_by_the_bookings_number_however_old(
    bureau: Client, booked: Reservation, queue_message: QueueMessage, spelling: str
) -> None:
    about, other = queue_message("about", about=booked, title="見本の件"), queue_message("other", title="別の件")
    long_ago = timezone.now() - timedelta(days=90)
    Message.objects.filter(pk__in=[about.pk, other.pk]).update(queued_at=long_ago)
    wide = str.maketrans("0123456789", "０１２３４５６７８９")
    typed = {
        "plain": booked.number,
        "grouped": number_text(booked.number),
        "full width": booked.number.translate(wide),
    }[spelling]
    page = bureau.get(LIST, {"about": typed}).content.decode()
    assert "見本の件" in page
    assert "別の件" not in page


def test_a_number_of_no_booking_finds_nothing(bureau: Client, booked: Reservation, queue_message: QueueMessage) -> None:
    queue_message(about=booked, title="見本の件")
    page = bureau.get(LIST, {"about": "000-000-000"}).content.decode()
    assert "見本の件" not in page
    assert 'value="000-000-000"' in page
