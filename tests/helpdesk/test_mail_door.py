"""Mails through a real exchange with the running door: a mail stays with its sender until it is kept here."""

import smtplib
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.files.storage import InMemoryStorage
from django.db import connection
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings
from weasyprint import HTML

from accounts.models import User
from helpdesk.mails.receiving import MOST_BYTES, receiving
from helpdesk.models import Attachment, Mail, MailState, Ticket
from notifications.delivery import deliver_one
from notifications.models import Message, MessageState
from tests.fixtures.clamd import VIRUS
from tests.fixtures.mail import MailServer, free_port
from tests.helpdesk.conftest import make_desks
from tests.helpdesk.letters import BOUNCE, DESK, WRITER, jpeg, mail
from tests.people import sign_in
from vault import room
from vault.malware import Malware

Failure = Callable[[Settings, Path], AbstractContextManager[None]]


@pytest.fixture
def door(transactional_db: None) -> Iterator[smtplib.SMTP]:
    """The running service, and a mail server's connection to it."""
    make_desks()
    port = free_port()
    with receiving("127.0.0.1", port), smtplib.SMTP("127.0.0.1", port, timeout=20) as server:
        yield server


def test_a_real_exchange_takes_answers_and_delivers_the_answer(
    door: smtplib.SMTP, smtp: MailServer, settings: Settings
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", smtp.port
    content = mail("日本語の本文です。", charset="iso-2022-jp", message_id="<real@example.jp>")
    for _twice in range(2):
        assert door.sendmail(WRITER, [DESK.upper()], content) == {}
    ticket = Ticket.objects.get()
    while deliver_one():
        pass
    answer = smtp.received[0]
    assert ticket.number in str(answer["Subject"])
    assert answer["In-Reply-To"] == "<real@example.jp>"
    reply = mail("もう一つあります。", In_Reply_To=str(answer["Message-ID"]))
    assert door.sendmail(WRITER, [DESK], reply) == {}
    assert ticket.notes.get().text == "もう一つあります。"
    bounce = BOUNCE.format(message_id=answer["Message-ID"]).encode()
    assert door.sendmail("", [django_settings.DEFAULT_FROM_EMAIL], bounce) == {}
    assert Message.objects.get().state == MessageState.BOUNCED


def test_the_door_takes_nothing_for_others_nothing_huge_and_nothing_from_strangers(
    door: smtplib.SMTP, settings: Settings
) -> None:
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        door.sendmail(WRITER, ["somebody@example.jp"], mail())
    with pytest.raises(smtplib.SMTPResponseException) as refused:
        door.sendmail(WRITER, [DESK], mail("x" * MOST_BYTES))
    assert refused.value.smtp_code == 552
    door.rset()
    settings.MAIL_NETWORKS = []
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        door.sendmail(WRITER, [DESK], mail())
    assert not Mail.objects.exists()


def send(door: smtplib.SMTP, content: bytes) -> dict[str, tuple[int, bytes]]:
    """As mail servers do: lines end in CR and LF."""
    return door.sendmail(WRITER, [DESK], content.replace(b"\n", b"\r\n"))


class Unreachable(Exception):
    """As a remote storage's own library says it."""


class FarAway(InMemoryStorage):
    def _save(self, name: str, content: object) -> str:
        raise Unreachable


@contextmanager
def without_its_table(settings: Settings, tmp_path: Path) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE helpdesk_mail RENAME TO out_of_reach")
        yield
        cursor.execute("ALTER TABLE out_of_reach RENAME TO helpdesk_mail")


@contextmanager
def without_a_folder(settings: Settings, tmp_path: Path) -> Iterator[None]:
    place = tmp_path / "vault"
    place.write_text("a file where the vault's folder should be")
    with stored_by(settings, "django.core.files.storage.FileSystemStorage", location=str(place)):
        yield


@contextmanager
def far_away(settings: Settings, tmp_path: Path) -> Iterator[None]:
    with stored_by(settings, f"{__name__}.FarAway"):
        yield


@contextmanager
def without_room(settings: Settings, tmp_path: Path) -> Iterator[None]:
    none_left = lambda: 0  # noqa: E731
    room.register(none_left)
    yield
    room._asked.remove(none_left)


@contextmanager
def stored_by(settings: Settings, backend: str, **options: str) -> Iterator[None]:
    before = settings.STORAGES
    settings.STORAGES = before | {"vault": {"BACKEND": backend, "OPTIONS": options}}
    yield
    settings.STORAGES = before


@pytest.mark.parametrize("failure", [without_its_table, without_a_folder, far_away, without_room])
def test_what_cannot_be_kept_now_is_the_mail_servers_to_send_again(
    door: smtplib.SMTP, settings: Settings, tmp_path: Path, failure: Failure
) -> None:
    content = mail("写真を付けます。", files=(("写真.jpg", jpeg()),))
    with failure(settings, tmp_path), pytest.raises(smtplib.SMTPDataError) as later:
        send(door, content)
    assert later.value.smtp_code == 451
    assert (Ticket.objects.count(), Mail.objects.count(), Message.objects.count()) == (0, 0, 0)
    assert send(door, content) == {}
    assert Ticket.objects.get().attachments.count() == 1


def test_enclosures_pass_the_scanner_on_their_way_in(
    door: smtplib.SMTP, settings: Settings, clamd: subprocess.Popen[bytes]
) -> None:
    clean = HTML(string="<p>見本</p>").write_pdf()
    files = (("書類.pdf", clean), ("請求書.pdf", b"%PDF-1.7 " + VIRUS))
    assert send(door, mail(files=files)) == {}
    ticket = Ticket.objects.get()
    assert [(held.name, held.malware) for held in ticket.attachments.all()] == [("書類.pdf", Malware.CLEAN)]
    assert "請求書.pdf（ウイルスの疑い" in ticket.notes.get().text
    assert "- 請求書.pdf" in Message.objects.get().body
    clamd.kill()
    clamd.wait()
    with pytest.raises(smtplib.SMTPDataError) as later:
        send(door, mail(files=files))
    assert (later.value.smtp_code, Ticket.objects.count()) == (451, 1)


def test_without_a_scanner_enclosures_are_marked_and_never_opened_in_the_page(door: smtplib.SMTP) -> None:
    assert send(door, mail(files=(("写真.jpg", jpeg()),))) == {}
    held = Attachment.objects.get()
    client = sign_in(Client(), User.objects.get(username="phone-1"))
    assert "ウイルス検査なし" in client.get(reverse("helpdesk:ticket", args=[held.ticket_id])).content.decode()
    response = client.get(reverse("helpdesk:ticket_attachment", args=[held.ticket_id, held.pk]))
    assert response["Content-Disposition"].startswith("attachment")


def test_a_mail_that_breaks_its_reader_is_set_aside(door: smtplib.SMTP, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(**_asked: object) -> None:
        raise RecursionError

    monkeypatch.setattr("helpdesk.mails.receiving.mail_take", broken)
    door.sendmail(WRITER, [DESK], mail())
    assert Mail.objects.get().state == MailState.ASIDE
