"""A mail taken apart: who wrote, what, in answer to what, and whether a machine did."""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import Message as MailPart
from email.utils import getaddresses
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from helpdesk.mails.japanese import LOST, decoded, header_text, unencoded
from helpdesk.mails.plain import text_of_html
from writing.text import normalised, normalised_lines

MOST_PARTS = 100
DEEPEST = 8
MOST_TEXT = 100_000  # letters; what is longer is said to be cut
MOST_REFERENCES = 50
TOO_NESTED = "入れ子が深すぎるか、部分が多すぎます"
CUT = "\n（長いため、ここまでを取り込みました）"
MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,240}>")
JAPANESE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")

if TYPE_CHECKING:
    Part = MailPart[Any, Any]
else:
    Part = MailPart


class Unreadable(Exception):
    """A mail that cannot be taken apart; the reason in words for staff."""


@dataclass(frozen=True, slots=True)
class Enclosure:
    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Letter:
    """What a mail says. `sender` is empty when no address can be made out; `garbled` when letters were lost."""

    message_id: str
    references: tuple[str, ...]
    sender: str
    sender_name: str
    subject: str
    text: str
    enclosures: list[Enclosure] = field(default_factory=list)
    is_report: bool = False
    is_automatic: bool = False
    is_from_list: bool = False

    @property
    def garbled(self) -> bool:
        return LOST in self.text or LOST in self.subject

    @property
    def language(self) -> str:
        """Of the automatic answer."""
        return "ja" if JAPANESE.search(self.subject + self.text) or not self.text else "en"


def read_letter(content: bytes, *, from_nobody: bool = False) -> Letter:
    """Raises Unreadable. `from_nobody`: the envelope names no sender, as with all that machines report."""
    try:
        mail = message_from_bytes(content, policy=policy.compat32)
    except RecursionError as error:
        raise Unreadable(TOO_NESTED) from error
    if not mail.keys():
        raise Unreadable("メールの見出しがありません")
    parts = list(_parts(mail))
    sender_name, sender = _sender(mail)
    return Letter(
        message_id=next(iter(MESSAGE_ID.findall(header_text(mail, "Message-ID"))), ""),
        references=tuple(_references(mail)),
        sender=sender,
        sender_name=normalised(sender_name)[:80],
        subject=normalised(header_text(mail, "Subject"))[:200],
        text=_text(parts),
        enclosures=[_enclosure(part) for part in parts if _is_enclosed(part)],
        is_report=mail.get_content_type() == "multipart/report",
        is_automatic=from_nobody or _is_automatic(mail),
        is_from_list=_is_from_list(mail),
    )


def _parts(part: Part, depth: int = 0) -> Iterator[Part]:
    """The leaves of the mail. A forwarded mail is looked into; too many parts are no letter."""
    inner = part.get_payload()
    if isinstance(inner, list):
        if depth >= DEEPEST or len(inner) > MOST_PARTS:
            raise Unreadable(TOO_NESTED)
        for child in inner:
            if isinstance(child, MailPart):
                yield from _parts(child, depth + 1)
    else:
        yield part


def _sender(mail: Part) -> tuple[str, str]:
    """The first address that is one, of those who wrote. A name never stands without it."""
    for name in ("Reply-To", "From", "Sender"):
        for display, address in getaddresses([header_text(mail, name)]):
            with suppress(ValidationError):
                validate_email(address)
                return display, address
    return "", ""


def _references(mail: Part) -> list[str]:
    """The mails that this one answers, the nearest first."""
    near = MESSAGE_ID.findall(header_text(mail, "In-Reply-To"))
    far = MESSAGE_ID.findall(header_text(mail, "References"))
    return list(dict.fromkeys([*near, *reversed(far)]))[:MOST_REFERENCES]


def _is_automatic(mail: Part) -> bool:
    """Whether a machine wrote it (RFC 3834, and what older programs say)."""
    submitted = header_text(mail, "Auto-Submitted").lower()
    if submitted and not submitted.startswith("no"):
        return True
    if any(mail.get(name) is not None for name in ("X-Autoreply", "X-Autorespond", "X-Auto-Response-Suppress")):
        return True
    if header_text(mail, "Precedence").lower() in ("auto_reply", "auto-reply"):
        return True
    _name, address = next(iter(getaddresses([header_text(mail, "From")])), ("", ""))
    return bool(re.match(r"(mailer-daemon|postmaster|no-?reply)@", address, re.IGNORECASE))


def _is_from_list(mail: Part) -> bool:
    return mail.get("List-Id") is not None or header_text(mail, "Precedence").lower() in ("list", "bulk", "junk")


def _is_enclosed(part: Part) -> bool:
    is_text = part.get_content_type() in ("text/plain", "text/html")
    return not is_text or part.get_content_disposition() == "attachment" or bool(_file_name(part))


def _text(parts: list[Part]) -> str:
    """The plain parts; those in HTML only where there is no plain one."""
    shown = [part for part in parts if not _is_enclosed(part)]
    plain = [_letters(part) for part in shown if part.get_content_type() == "text/plain"]
    written = "\n".join(text for text in plain if text.strip())
    if not written:
        written = "\n".join(text_of_html(_letters(part)) for part in shown if part.get_content_type() == "text/html")
    text = normalised_lines(written)
    return text if len(text) <= MOST_TEXT else text[:MOST_TEXT] + CUT


def _letters(part: Part) -> str:
    return decoded(_bytes(part), str(part.get_param("charset") or ""))


def _bytes(part: Part) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _file_name(part: Part) -> str:
    """As its writer called it, without a path. Broken ones are left out."""
    try:
        found = part.get_filename() or ""
    except (ValueError, TypeError, LookupError):
        found = ""
    return normalised(unencoded(found)).replace("\\", "/").rpartition("/")[2]


def _enclosure(part: Part) -> Enclosure:
    return Enclosure(_file_name(part) or normalised(part.get_content_type()), _bytes(part))
