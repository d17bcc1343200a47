"""A mail server that can be made to keep a worker waiting, and messages to send."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from pytest_django.fixtures import Settings

from accounts.models import User
from accounts.roles import Role
from audit.actors import Actor
from notifications.actions import message_queue
from notifications.models import Message
from tests.fixtures.mail import MailServer, free_port
from tests.fixtures.site import wait_for

BY = Actor.system("test")

QueueMessage = Callable[..., Message]


@dataclass
class HoldingMailServer(MailServer):
    """Waits at `hold_at` ("RCPT" or "DATA", where it already has the mail) until `release`."""

    hold_at: str = ""
    recipient_answer: str = "250 OK"
    reached: threading.Event = field(default_factory=threading.Event)

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        await self._hold("RCPT")
        if self.recipient_answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.recipient_answer

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        answer = await super().handle_DATA(server, session, envelope)
        await self._hold("DATA")
        return answer

    def release(self) -> None:
        self.hold_at = ""
        self.reached.clear()

    async def _hold(self, point: str) -> None:
        while self.hold_at == point:
            self.reached.set()
            await asyncio.sleep(0.02)


@pytest.fixture
def smtp() -> Iterator[HoldingMailServer]:
    mail = HoldingMailServer(free_port())
    controller = Controller(mail, hostname="127.0.0.1", port=mail.port)
    controller.start()
    yield mail
    mail.release()
    controller.stop()


@pytest.fixture
def mail_settings(smtp: HoldingMailServer, settings: Settings) -> HoldingMailServer:
    """The mail server, used by deliveries in this process too."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = smtp.port
    return smtp


@pytest.fixture
def citizen(db: None) -> User:
    """Something that messages can be about."""
    return User.objects.create(username="mihon", display_name="見本 花子", role=Role.BUREAU)


@pytest.fixture
def queue_message(citizen: User) -> QueueMessage:
    def queue(key: str = "first", **changed: Any) -> Message:
        content = {
            "purpose": "booked",
            "recipient": "hanako@example.jp",
            "title": "予約を受け付けました",
            "body": "見本 花子 様\n\n予約番号 123-456-789\n",
        }
        return message_queue(**{"key": key, "about": citizen, "by": BY, **content, **changed})

    return queue


def wait_for_state(message: Message, state: str) -> None:
    wait_for(
        lambda: Message.objects.filter(pk=message.pk, state=state).exists(),
        f"message {message.pk} becoming {state}",
        30,
    )
