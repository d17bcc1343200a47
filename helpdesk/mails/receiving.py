"""The door for mails: a small SMTP server that the installation's mail server hands the desks' mails to.

A mail is answered with 250 only when it stands in the database. Until then it is the mail server's to send again, so
that whatever stops here (the database, the scanner, this process) loses nothing.
"""

import asyncio
import ipaddress
import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from email.utils import parseaddr
from functools import partial

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.conf import settings
from django.db import DatabaseError, DataError, connections

from audit.actors import Actor
from audit.errors import Refused
from helpdesk.desks import desk_of
from helpdesk.mails.actions import mail_set_aside, mail_take
from helpdesk.models import DeskCode
from vault.errors import ScannerUnavailable, StorageFull

BY = Actor.system("mail")
MOST_BYTES = 20 * 1024 * 1024
HERE = "250 2.1.5 OK"
NOT_HERE = "550 5.1.1 no such mailbox here"
NOT_FROM_THERE = "550 5.7.1 mails are taken from the mail server only"
TAKEN = "250 2.0.0 taken"
LATER = "451 4.3.0 not taken, try again later"
UNFORESEEN = "読み取りの途中で問題が起きました"

logger = logging.getLogger(__name__)


def desk_of_address(address: str) -> DeskCode | None:
    """The desk that an address belongs to. The sender of all our mails is the citizens' desk: people answer it."""
    wanted = address.casefold()
    for desk in DeskCode:
        if wanted == (desk_of(desk).mail or "").casefold():
            return desk
    return DeskCode.CITIZEN if wanted == parseaddr(settings.DEFAULT_FROM_EMAIL)[1].casefold() else None


def may_send(peer: str) -> bool:
    """Whether the caller is the installation's mail server (MAIL_NETWORKS)."""
    try:
        caller = ipaddress.ip_address(peer.partition("%")[0])
    except ValueError:
        return False
    if isinstance(caller, ipaddress.IPv6Address) and caller.ipv4_mapped:
        caller = caller.ipv4_mapped
    return any(caller in network for network in settings.MAIL_NETWORKS)


def take(desk: DeskCode, content: bytes, *, from_nobody: bool) -> bool:
    """Take a mail in, or set it aside when it breaks its reader. False when it must come again."""
    try:
        mail_take(desk=desk, content=content, from_nobody=from_nobody, by=BY)
    except (DataError, Refused, ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        if isinstance(error, ScannerUnavailable | StorageFull):
            return False
        logger.error("a mail was set aside: %s", type(error).__name__)
        mail_set_aside(desk=desk, content=content, reason=UNFORESEEN, by=BY)
    return True


def answer_to_recipient(address: str) -> str:
    """What is said to RCPT."""
    try:
        return HERE if desk_of_address(address) else NOT_HERE
    except DatabaseError:
        return LATER
    finally:
        # Mails are far apart: a connection that waits for the next one would only grow old.
        connections.close_all()


def answer_to_data(addresses: list[str], content: bytes, *, from_nobody: bool) -> str:
    """What is said to DATA. A mail to several desks is taken for each; one that came again changes nothing."""
    try:
        desks = {desk for address in addresses if (desk := desk_of_address(address))}
        taken = all(take(desk, content, from_nobody=from_nobody) for desk in sorted(desks))
    except (DatabaseError, OSError, Refused) as error:
        logger.error("a mail was not taken: %s", type(error).__name__)
        return LATER
    finally:
        connections.close_all()
    return TAKEN if taken else LATER


class Door:
    """What is asked of each mail on its way in. Django's part runs in threads of its own."""

    def __init__(self) -> None:
        self._workers = ThreadPoolExecutor(max_workers=2, thread_name_prefix="mail")

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if not session.peer or not may_send(str(session.peer[0])):
            return NOT_FROM_THERE
        loop = asyncio.get_running_loop()
        answer = await loop.run_in_executor(self._workers, answer_to_recipient, address)
        if answer == HERE:
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        answered = partial(
            answer_to_data, list(envelope.rcpt_tos), content, from_nobody=not (envelope.mail_from or "").strip("<>")
        )
        return await asyncio.get_running_loop().run_in_executor(self._workers, answered)

    async def handle_exception(self, error: Exception) -> str:
        """What nobody foresaw, such as a remote storage's own errors: a 500 would turn the mail away for good."""
        logger.error("a mail was not taken: %s", type(error).__name__)
        return LATER

    def close(self) -> None:
        """Finish what is being taken."""
        self._workers.shutdown()


@contextmanager
def receiving(host: str, port: int) -> Iterator[None]:
    """Take mails at this address until the block is left; what is being taken then is finished."""
    door = Door()
    controller = Controller(
        door, hostname=host, port=port, data_size_limit=MOST_BYTES, decode_data=False, ident="Madoguchi"
    )
    controller.start()
    try:
        yield
    finally:
        controller.stop()
        door.close()
