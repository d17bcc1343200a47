"""Sending one message, so that a worker killed at any moment neither loses it nor sends it twice.

All that can be repeated without harm (connecting, greeting, naming sender and recipient) happens while the
message is only claimed. Just before the mail itself goes out, that is written down (`message_transmit`).
"""

import hashlib
import logging
import re
import smtplib
from contextlib import suppress
from email.utils import parseaddr
from typing import cast

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.smtp import EmailBackend
from django.core.mail.message import SafeMIMEText, sanitize_address
from django.core.validators import validate_email

from audit.actors import Actor
from notifications import sms
from notifications.models import Channel, Message, MessageState
from notifications.outbox import Outcome, message_claim, message_settle, message_transmit

logger = logging.getLogger(__name__)

WORKER = Actor.system("notifications")
ENCODING = "utf-8"
ADDRESS = re.compile(r"[^\s<>\"@]+@[^\s<>\"@]+")

BAD_ADDRESS = Outcome(MessageState.FAILED, "宛先のメールアドレスの形が正しくありません")
NO_ANSWER = "メールサーバーにつながりません"
CUT_OFF = Outcome(MessageState.UNCERTAIN, "送信中に接続が切れました。届いたかどうか分かりません")


class ClaimLost(Exception):
    """The lease ran out before the mail went out; whoever holds the message now will send it."""


def deliver_one(message_id: int | None = None) -> bool:
    """Claim and send one due message (that one, or the earliest). False if there was none to take."""
    message = message_claim(message_id=message_id)
    if message is None:
        return False
    try:
        outcome = _deliver(message)
    except ClaimLost:
        logger.warning("message %s: the claim ran out before the mail went out", message.pk)
        return True
    if not message_settle(message=message, outcome=outcome, by=WORKER):
        logger.warning("message %s: another worker settled it", message.pk)
    return True


def mail_of(message: Message) -> EmailMessage:
    """The mail. Its Message-ID follows from the key, so that mail programs know a repeated one."""
    thread = {"In-Reply-To": message.in_reply_to, "References": message.in_reply_to} if message.in_reply_to else {}
    return EmailMessage(
        subject=message.title,
        body=message.body,
        to=[message.recipient],
        reply_to=[message.reply_to] if message.reply_to else None,
        headers={"Message-ID": message_id_of(message), "Auto-Submitted": "auto-generated", **thread},
    )


def message_id_of(message: Message) -> str:
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    return f"<{hashlib.sha256(message.key.encode()).hexdigest()[:40]}@{domain}>"


def _deliver(message: Message) -> Outcome:
    if message.channel == Channel.SMS:
        return sms.deliver(message, transmit=lambda: _transmit(message))
    try:
        validate_email(message.recipient)
    except ValidationError:
        return BAD_ADDRESS
    backend = get_connection()
    if isinstance(backend, EmailBackend):
        return _deliver_by_smtp(message, backend)
    _transmit(message)
    mail = mail_of(message)
    mail.connection = backend
    mail.send()
    return Outcome(MessageState.SENT, "保存しました")


def _deliver_by_smtp(message: Message, backend: EmailBackend) -> Outcome:
    try:
        backend.open()
    except OSError as error:  # smtplib's errors are OSErrors too
        return Outcome(MessageState.QUEUED, f"{NO_ANSWER}（{_words(error)}）")
    smtp = backend.connection
    if smtp is None:
        return Outcome(MessageState.QUEUED, NO_ANSWER)
    try:
        return _named(message, smtp) or _send(message, smtp)
    finally:
        with suppress(OSError):
            backend.close()


def _named(message: Message, smtp: smtplib.SMTP) -> Outcome | None:
    """Greet the server and name sender and recipient. An outcome if it will not have them, None if it will."""
    try:
        smtp.ehlo_or_helo_if_needed()
        for command, address in ((smtp.mail, settings.DEFAULT_FROM_EMAIL), (smtp.rcpt, message.recipient)):
            code, answer = command(sanitize_address(parseaddr(address)[1], ENCODING))
            if code not in (250, 251):
                return _refusal(code, answer)
    except OSError as error:
        return Outcome(MessageState.QUEUED, f"{NO_ANSWER}（{_words(error)}）")
    return None


def _send(message: Message, smtp: smtplib.SMTP) -> Outcome:
    content = cast("SafeMIMEText", mail_of(message).message()).as_bytes(linesep="\r\n")
    _transmit(message)
    try:
        code, answer = smtp.data(content)
    except smtplib.SMTPDataError as error:
        return _refusal(error.smtp_code, error.smtp_error)
    except OSError:
        return CUT_OFF
    return Outcome(MessageState.SENT, _answer_text(code, answer)) if code == 250 else _refusal(code, answer)


def _transmit(message: Message) -> None:
    if not message_transmit(message=message):
        raise ClaimLost


def _refusal(code: int, answer: bytes | str) -> Outcome:
    """A server's no: 4xx asks to come back later, everything else is final (RFC 5321, 4.2.1)."""
    state = MessageState.QUEUED if 400 <= code < 500 else MessageState.FAILED
    return Outcome(state, f"メールサーバーの返事: {_answer_text(code, answer)}")


def _answer_text(code: int, answer: bytes | str) -> str:
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return f"{code} {without_addresses(' '.join(text.split()))}"


def _words(error: OSError) -> str:
    return without_addresses(f"{type(error).__name__}: {error}")


def without_addresses(text: str) -> str:
    """The text with mail addresses blotted out: servers like to repeat the recipient in their answer."""
    return ADDRESS.sub("…@…", text)
