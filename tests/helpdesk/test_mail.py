"""Mail that comes in: one inquiry each, answers to their inquiry, and no answer to a machine."""

import pytest
import time_machine
from django.conf import settings as django_settings
from django.test import Client
from django.urls import reverse
from weasyprint import HTML

from audit.actors import Actor
from audit.models import AuditEvent
from helpdesk.actions import note_add, ticket_move, tickets_merge
from helpdesk.errors import MailSettled
from helpdesk.mails.actions import mail_open, mail_settle, mail_take
from helpdesk.mails.keeping import INSTEAD
from helpdesk.models import DeskCode, Mail, MailState, NoteKind, Ticket, TicketState
from notifications.delivery import mail_of, message_id_of
from notifications.models import Message, MessageState
from tests.helpdesk.conftest import Desks
from tests.helpdesk.letters import BOUNCE, DESK, OFFICES_DESK, WRITER, jpeg, mail
from tests.people import sign_in
from vault.actions import object_read
from vault.models import VaultObject

BY = Actor.system("mail")
MY_NUMBER = "1234 5678 9018"


def take(content: bytes, desk: DeskCode = DeskCode.CITIZEN, *, from_nobody: bool = False) -> Mail:
    return mail_take(desk=desk, content=content, from_nobody=from_nobody, by=BY)


def opened(content: bytes, desk: DeskCode = DeskCode.CITIZEN) -> Ticket:
    """The inquiry that the mail became."""
    taken = take(content, desk)
    assert taken.state == MailState.OPENED, taken.reason
    assert taken.ticket is not None
    return taken.ticket


def answered(ticket: Ticket, desks: Desks) -> Message:
    """An answer that a person of the desk sent."""
    key = "00000000-0000-4000-8000-000000000077"
    note_add(ticket=ticket, kind=NoteKind.OUTSIDE, text="回答です。", key=key, mail=True, by=desks.by)
    return Message.objects.get(purpose="inquiry_answer")


@pytest.mark.requirement("fukuoka-18", "kitakyushu-09")
def test_a_mail_becomes_an_inquiry_and_is_answered_by_itself(desks: Desks) -> None:
    ticket = opened(mail("駐車場はありますか。", subject="駐車場", charset="iso-2022-jp"))
    assert (ticket.title, ticket.body, ticket.channel) == ("駐車場", "駐車場はありますか。", "mail")
    assert (ticket.email, ticket.contact_name, ticket.category) == (WRITER, "見本 花子", "other")
    message = Message.objects.get()
    assert (message.recipient, message.purpose) == (WRITER, "inquiry_received")
    assert ticket.number in message.title
    assert "順にお返事します" in message.body
    sent = mail_of(message).message()
    assert sent["Reply-To"] == DESK
    assert sent["In-Reply-To"] == Mail.objects.get().message_id
    assert sent["Auto-Submitted"] == "auto-generated"


@pytest.mark.requirement("fukuoka-17", "fukuoka-18")
def test_outside_the_hours_the_answer_says_when_somebody_reads_it(desks: Desks, ten: time_machine.Traveller) -> None:
    ten.move_to("2026-11-20T20:00:00+09:00")
    opened(mail())
    body = Message.objects.get().body
    assert "受付時間外" in body
    assert "11月23日(月) 9:00" in body


def test_the_same_mail_twice_is_one_inquiry(desks: Desks) -> None:
    content = mail(message_id="<one@example.jp>")
    assert (
        take(content).pk == take(content).pk == take(mail("別の経路で届いた同じもの", message_id="<one@example.jp>")).pk
    )
    assert (Ticket.objects.count(), Message.objects.count(), Mail.objects.count()) == (1, 1, 1)
    without_id = b"From: mihon0001@example.jp\nSubject: x\n\nx"
    assert take(without_id).pk == take(without_id).pk


@pytest.mark.parametrize("how", ["our Message-ID", "the number", "their own first mail"])
def test_an_answer_goes_to_its_inquiry_and_opens_it_again(desks: Desks, how: str) -> None:
    ticket = opened(mail(message_id="<first@example.jp>"))
    message = answered(ticket, desks)
    ticket_move(ticket=ticket, to=TicketState.WAITING, by=desks.by)
    text = "ありがとうございます。\n\n2026年11月18日 10:00 窓口:\n> 回答です。"
    headers = {
        "our Message-ID": {"In_Reply_To": message_id_of(message), "subject": "Re: 別の件名"},
        "the number": {"subject": f"Re: お問い合わせへの回答（{ticket.number}）"},
        "their own first mail": {"References": "<first@example.jp>", "subject": "もう一つ"},
    }[how]
    taken = take(mail(text, **headers))  # type: ignore[arg-type]
    assert (taken.state, taken.ticket) == (MailState.ADDED, ticket)
    received = ticket.notes.get(kind=NoteKind.RECEIVED)
    assert received.text == "ありがとうございます。"
    ticket.refresh_from_db()
    assert ticket.state == TicketState.OPEN
    assert Message.objects.filter(purpose="inquiry_received").count() == 1, "an answer is not answered by itself"


def test_somebody_else_who_names_the_number_gets_an_inquiry_of_their_own(desks: Desks) -> None:
    ticket = opened(mail())
    other = opened(mail(subject=f"Re: {ticket.number}", sender="taro@example.jp"))
    assert other != ticket
    assert list(other.related.all()) == [ticket]
    assert not ticket.notes.exists()


def test_an_answer_to_a_closed_inquiry_opens_a_new_one_and_a_merged_one_leads_on(desks: Desks) -> None:
    ticket = opened(mail())
    ticket_move(ticket=ticket, to=TicketState.CLOSED, by=desks.by)
    again = opened(mail(subject=f"Re: {ticket.number}"))
    assert list(again.related.all()) == [ticket]
    third = opened(mail(subject="別の話"))
    tickets_merge(ticket=third, into=again, by=desks.by)
    assert take(mail(subject=f"Re: {third.number}")).ticket == again


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Precedence": "auto_reply"},
        {"sender": "MAILER-DAEMON@example.jp"},
        {"sender": DESK},
        {"sender": django_settings.DEFAULT_FROM_EMAIL},
    ],
)
def test_machines_get_no_answer_and_nothing_is_lost(desks: Desks, headers: dict[str, str]) -> None:
    taken = take(mail("不在です。", **headers))  # type: ignore[arg-type]
    assert taken.state == MailState.AUTOMATIC
    assert (Ticket.objects.count(), Message.objects.count()) == (0, 0)
    assert taken.held is not None
    assert mail_open(mail=taken, by=desks.by).body == "不在です。"


def test_a_list_gets_an_inquiry_and_no_answer(desks: Desks) -> None:
    opened(mail(List_Id="<news.example.jp>"))
    assert not Message.objects.exists()


def test_an_envelope_without_a_sender_is_never_answered(desks: Desks) -> None:
    assert take(mail(), from_nobody=True).state == MailState.AUTOMATIC
    assert not Message.objects.exists()


def test_an_echo_ends_after_three_answers(desks: Desks) -> None:
    for _again in range(6):
        opened(mail("自動応答ですが、そうは書いていません。"))
    assert (Ticket.objects.count(), Message.objects.count()) == (6, 3)


def test_an_answer_that_came_back_is_said_on_its_inquiry(desks: Desks) -> None:
    ticket = opened(mail())
    message = answered(ticket, desks)
    Message.objects.filter(pk=message.pk).update(state=MessageState.SENT, sent_at=message.queued_at)
    taken = take(BOUNCE.format(message_id=message_id_of(message)).encode(), from_nobody=True)
    message.refresh_from_db()
    assert (taken.state, taken.ticket, message.state) == (MailState.BOUNCED, ticket, MessageState.BOUNCED)
    assert "届かずに戻りました" in ticket.notes.get(kind=NoteKind.INTERNAL).text


def test_a_my_number_is_out_before_anything_is_kept(desks: Desks) -> None:
    ticket = opened(mail(f"番号は {MY_NUMBER} です。", subject=f"番号 {MY_NUMBER}"))
    assert ticket.title == f"番号 {INSTEAD}"
    assert ticket.body == f"番号は {INSTEAD} です。"
    aside = take(b"Subject: " + MY_NUMBER.encode() + b"\n\n" + MY_NUMBER.encode())
    assert aside.state == MailState.ASIDE
    kept = [object_read(held=held, by=BY, purpose="test") for held in VaultObject.objects.all()]
    assert kept and not any(MY_NUMBER.encode() in content for content in kept)
    assert MY_NUMBER not in str(list(Mail.objects.values())) + str(list(AuditEvent.objects.values_list("detail")))


def test_what_may_be_kept_is_attached_and_the_rest_is_named(desks: Desks) -> None:
    good, numbered = HTML(string="<p>見本</p>").write_pdf(), HTML(string=f"<p>{MY_NUMBER}</p>").write_pdf()
    files = (
        ("写真.jpg", jpeg()),
        ("書類.pdf", good),
        ("番号.pdf", numbered),
        ("壊れた.jpg", b"\xff\xd8\xff broken"),
        ("program.exe", b"MZ"),
    )
    ticket = opened(mail("添付します。", files=files))
    assert [held.name for held in ticket.attachments.all()] == ["写真.jpg", "書類.pdf"]
    left_out = ticket.notes.get(kind=NoteKind.INTERNAL).text
    assert all(name in left_out for name in ("番号.pdf", "壊れた.jpg", "program.exe"))
    assert "- program.exe" in Message.objects.get().body
    first = ticket.attachments.get(name="写真.jpg")
    response = sign_in(Client(), desks.operator).get(reverse("helpdesk:ticket_attachment", args=[ticket.pk, first.pk]))
    assert response["Content-Disposition"].startswith("attachment")


@pytest.mark.requirement("fukuoka-17")
def test_the_post_offices_desk_refuses_personal_data_and_keeps_nothing_of_it(desks: Desks) -> None:
    sender = "mihon-post@example.jp"
    good = opened(mail(f"端末が動きません。\n--\n見本局 {sender}", sender=sender, to=OFFICES_DESK), DeskCode.HELPDESK)
    assert (good.email, good.contact_name) == (sender, "")
    refused = take(mail("お客さまの番号は090-1234-5678です。", sender=sender), DeskCode.HELPDESK)
    assert (refused.state, refused.sender, refused.subject, refused.held) == (MailState.REFUSED, "", "", None)
    assert Ticket.objects.count() == 1
    message = Message.objects.get(purpose="inquiry_refused")
    assert "090" not in message.body
    assert message.recipient == sender


@pytest.mark.parametrize("content", [b"", b"\x00\xff", b"Subject: x\n\nno sender", b"From: a@example.jp\n\n"])
def test_broken_mail_is_kept_aside_and_shown(desks: Desks, content: bytes) -> None:
    taken = take(content)
    assert taken.state == MailState.ASIDE
    assert taken.reason
    client = sign_in(Client(), desks.operator)
    assert "確認が必要な受信メール" in client.get("/staff/").content.decode()
    assert taken.reason in client.get(reverse("helpdesk:mails") + "?state=aside").content.decode()
    assert client.get(reverse("helpdesk:mail", args=[taken.pk])).status_code == 200
    original = client.get(reverse("helpdesk:mail_original", args=[taken.pk]))
    assert original["Content-Disposition"].startswith("attachment")
    assert original["Content-Type"] == "application/octet-stream"
    client.post(reverse("helpdesk:mail_settle", args=[taken.pk]))
    with pytest.raises(MailSettled):
        mail_settle(mail=taken, by=desks.by)
    assert "確認が必要な受信メール" not in client.get("/staff/").content.decode()


def test_a_mail_set_aside_becomes_an_inquiry_by_hand(desks: Desks) -> None:
    taken = take(b"Subject: no sender\n\n" + "聞きたいこと".encode())
    client = sign_in(Client(), desks.operator)
    response = client.post(reverse("helpdesk:mail_open", args=[taken.pk]))
    ticket = Ticket.objects.get()
    assert response["Location"] == reverse("helpdesk:ticket", args=[ticket.pk])
    assert (ticket.title, ticket.body) == ("no sender", "聞きたいこと")
    assert client.post(reverse("helpdesk:mail_open", args=[taken.pk])).status_code == 409


def test_other_desks_mails_are_nobodys(desks: Desks) -> None:
    taken = take(mail(), DeskCode.HELPDESK)
    assert sign_in(Client(), desks.operator).get(reverse("helpdesk:mail", args=[taken.pk])).status_code == 404


def test_the_list_asks_a_fixed_number_of_times(desks: Desks, django_assert_max_num_queries: object) -> None:
    for number in range(5):
        take(mail(message_id=f"<{number}@example.jp>"))
    client = sign_in(Client(), desks.operator)
    with django_assert_max_num_queries(14):  # type: ignore[operator]
        assert client.get(reverse("helpdesk:mails")).status_code == 200
