"""The citizens' inquiry form: three languages, no script, an answer by itself."""

import uuid
from typing import Any

import pytest
import time_machine
from django.test import Client

from helpdesk.models import Ticket, TicketChannel
from notifications.models import Message
from tests.helpdesk.conftest import Desks

ADDRESS = "/inquiry/"


def send(client: Client | None = None, **typed: str) -> Any:
    values = {
        "key": str(uuid.uuid4()),
        "category": "card",
        "title": "受け取りの時期",
        "body": "いつ受け取れますか",
        "contact_name": "見本 花子",
        "email": "hanako@example.jp",
        **typed,
    }
    return (client or Client()).post(ADDRESS, values)


@pytest.mark.requirement("kurume-01", "yatsushiro-07")
def test_an_inquiry_arrives_with_a_number_and_an_answer(desks: Desks) -> None:
    response = send()
    ticket = Ticket.objects.get()
    assert (ticket.channel, ticket.category, ticket.email) == (TicketChannel.WEB, "card", "hanako@example.jp")
    assert ticket.number in Client().get(response["Location"]).content.decode()
    mail = Message.objects.get()
    assert ticket.number in mail.title
    assert "受付時間外" not in mail.body


@pytest.mark.requirement("fukuoka-18")
def test_outside_the_hours_the_answer_says_when_somebody_reads_it(desks: Desks, ten: time_machine.Traveller) -> None:
    ten.move_to("2026-11-20T19:00:00+09:00")
    send()
    mail = Message.objects.get()
    assert "受付時間外" in mail.body and "11月23日(月) 9:00" in mail.body


@pytest.mark.parametrize(("language", "said"), [("en", "We have received"), ("ja-easy", "受（う）け付（つ）け")])
def test_page_and_answer_speak_the_chosen_language(desks: Desks, language: str, said: str) -> None:
    client = Client()
    client.get(f"{ADDRESS}?language={language}")
    response = send(client)
    assert said in Message.objects.get().body
    assert said.split("（")[0] in client.get(response["Location"]).content.decode()


def test_sent_twice_it_is_one(desks: Desks) -> None:
    key = str(uuid.uuid4())
    first, second = send(key=key), send(key=key)
    assert (first.status_code, second.status_code) == (302, 302)
    assert (Ticket.objects.count(), Message.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"email": ""}, "メールアドレスか電話番号の、どちらかを"),
        ({"body": "番号は 1234-5678-9018 です"}, "マイナンバー"),
        ({"title": ""}, "件名"),
        ({"category": "unknown"}, "お問い合わせ"),
    ],
)
def test_what_is_wrong_is_said_and_the_rest_kept(desks: Desks, typed: dict[str, str], said: str) -> None:
    response = send(None, **typed)
    assert response.status_code == 422
    page = response.content.decode()
    assert said in page and "見本 花子" in page
    assert not Ticket.objects.exists()


def test_nobodys_mailbox_is_filled(desks: Desks) -> None:
    codes = [send().status_code for _time in range(12)]
    assert codes[:5] == [302] * 5 and codes[-1] == 409
    assert Message.objects.count() == codes.count(302)


def test_a_guessed_number_shows_nothing(desks: Desks) -> None:
    assert Client().get("/inquiry/sent/?n=Q-000001").status_code == 404
