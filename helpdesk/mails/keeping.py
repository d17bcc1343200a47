"""What of a mail is kept: never a My Number, and the whole of it only where a person has to look."""

from dataclasses import replace
from email.utils import parseaddr

from django.conf import settings
from django.utils import timezone

from audit.actors import Actor
from documents.files import NotReadable, text_of_pdf
from helpdesk.desks import desk_of
from helpdesk.errors import NumberEnclosed
from helpdesk.mails.japanese import decoded
from helpdesk.mails.letters import MOST_TEXT, Enclosure, Letter, Unreadable, read_letter
from helpdesk.models import DeskCode
from postoffices.city import current_city
from vault.actions import object_store
from vault.malware import Malware, malware_in
from vault.models import ObjectKind, VaultObject
from writing.text import contains_my_number, normalised_lines, without_my_numbers

RULE = "inquiry"
INSTEAD = "（マイナンバーと思われる数字を消しました）"
WHOLE, TEXT = "message/rfc822", "text/plain"
PDF = b"%PDF-"


def without_numbers(letter: Letter) -> Letter:
    """The letter with every My Number out of its words. An address that is one is none."""
    return replace(
        letter,
        sender="" if contains_my_number(letter.sender) else letter.sender,
        sender_name=without_my_numbers(letter.sender_name, INSTEAD)[:80],
        message_id="" if contains_my_number(letter.message_id) else letter.message_id,
        subject=without_my_numbers(letter.subject, INSTEAD)[:200],
        text=without_my_numbers(letter.text, INSTEAD),
        enclosures=[Enclosure(without_my_numbers(each.name, INSTEAD), each.content) for each in letter.enclosures],
    )


def refuse_number(content: bytes) -> None:
    """Raises NumberEnclosed for a PDF whose text holds a My Number. A picture has none that can be read."""
    if not content.startswith(PDF):
        return
    try:
        held = contains_my_number(text_of_pdf(content))
    except NotReadable:
        return
    if held:
        raise NumberEnclosed


def whole(letter: Letter | None, content: bytes, by: Actor) -> VaultObject | None:
    """The mail as it came, in the vault; its words alone where it holds a My Number, nothing where a virus.

    Raises ScannerUnavailable.
    """
    if malware_in(content) == Malware.INFECTED:
        return None
    words = decoded(content)
    held, media_type = content, WHOLE
    if contains_my_number(words) or (letter and INSTEAD in letter.subject + letter.text):
        text = f"{letter.subject}\n\n{letter.text}" if letter else without_my_numbers(words, INSTEAD)
        held, media_type = text.encode(), TEXT
    return object_store(
        data=held,
        kind=ObjectKind.DOCUMENT,
        media_type=media_type,
        rule=RULE,
        keep_until=current_city().rules.keep_until(RULE, timezone.localdate()),
        by=by,
    )


def text_of(content: bytes, media_type: str) -> str:
    """The words of a mail that was kept, as far as they can be read."""
    if media_type == TEXT:
        return content.decode()[:MOST_TEXT]
    try:
        letter = without_numbers(read_letter(content))
    except Unreadable:
        return normalised_lines(without_my_numbers(decoded(content), INSTEAD))[:MOST_TEXT]
    return letter.text


def is_ours(address: str) -> bool:
    """Whether the mail comes from an address of this product: answering it would go round for ever."""
    own = {parseaddr(settings.DEFAULT_FROM_EMAIL)[1], *(desk_of(desk).mail or "" for desk in DeskCode)}
    return bool(address) and address.casefold() in {known.casefold() for known in own}
