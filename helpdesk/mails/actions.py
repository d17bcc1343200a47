"""Taking a mail in, once, and what staff do with one that no rule could place."""

import hashlib
import uuid
from dataclasses import replace

from django.db import transaction
from django.utils import timezone

from audit.actions import record
from audit.actors import Actor
from audit.errors import Refused
from helpdesk.actions import Asked, attachment_add, note_add, ticket_move, ticket_open, tickets_relate
from helpdesk.actions.replies import answered_enough, received_reply_queue, refused_reply_queue
from helpdesk.desks import categories, takes_personal_data
from helpdesk.errors import MailSettled, PersonalDataRefused
from helpdesk.mails import keeping
from helpdesk.mails.letters import Letter, Unreadable, read_letter
from helpdesk.mails.plain import without_quotes
from helpdesk.mails.threads import inquiry_of, is_from_its_writer, last_of, ticket_of
from helpdesk.models import DeskCode, Mail, MailState, NoteKind, Ticket, TicketChannel, TicketState
from live.notify import notify
from notifications.bounces import bounce_take
from vault.actions import object_read
from vault.errors import ScannerUnavailable, StorageFull

TITLE = 120
NO_TITLE = "（件名なし）"
NO_SENDER = "差出人のメールアドレスを読み取れません"
NOTHING_SAID = "件名も本文も添付もありません"
LETTERS_LOST = "一部の文字を読み取れませんでした。原文を確かめてください"
CAME_BACK = "お送りした回答のメールが、届かずに戻りました。電話などで伝えてください。"
REOPENED_BY_ANSWER = (TicketState.WAITING, TicketState.RESOLVED)


@transaction.atomic
def mail_take(*, desk: DeskCode, content: bytes, from_nobody: bool = False, by: Actor) -> Mail:
    """Take in a mail as it came from the mail server. The same one again gets the first one's row.

    `from_nobody`: the envelope names no sender. Raises ScannerUnavailable and StorageFull: the mail
    server then comes again.
    """
    try:
        letter, fault = keeping.without_numbers(read_letter(content, from_nobody=from_nobody)), ""
    except Unreadable as unreadable:
        letter, fault = None, str(unreadable)
    named = letter.message_id.encode() if letter else b""
    mark = hashlib.sha256(f"{desk}|".encode() + (named or content)).hexdigest()
    known = {"desk": desk, "state": MailState.ASIDE, "message_id": letter.message_id if letter else ""}
    mail, made = Mail.objects.get_or_create(fingerprint=mark, defaults=known)
    if not made:
        return mail
    if letter is None:
        _set_aside(mail, None, content, fault, by)
    else:
        _place(mail, letter, content, by)
    return _written(mail, "helpdesk.mail_taken", by)


@transaction.atomic
def mail_set_aside(*, desk: DeskCode, content: bytes, reason: str, by: Actor) -> Mail:
    """Keep a mail that nothing could be done with, for a person to look at."""
    mark = hashlib.sha256(f"{desk}|aside|".encode() + content).hexdigest()
    mail, made = Mail.objects.get_or_create(fingerprint=mark, defaults={"desk": desk, "state": MailState.ASIDE})
    if made:
        _set_aside(mail, None, content, reason, by)
        _written(mail, "helpdesk.mail_taken", by)
    return mail


@transaction.atomic
def mail_open(*, mail: Mail, by: Actor) -> Ticket:
    """Make an inquiry of a mail that was kept whole. Raises MailSettled, PersonalDataRefused, ObjectErased."""
    current = _locked(mail)
    text = ""
    if current.held:
        content = object_read(held=current.held, by=by, purpose="inquiry")
        text = keeping.text_of(content, current.held.media_type)
    asked = Asked(
        title=current.subject[:TITLE] or NO_TITLE,
        category=categories(current.desk)[-1].code,
        body=text,
        email=current.sender,
        quietly=True,
    )
    key = f"mail:{current.fingerprint}"
    ticket = ticket_open(desk=current.desk, channel=TicketChannel.MAIL, asked=asked, key=key, by=by)
    current.ticket, current.state = ticket, MailState.OPENED
    _settled(current, by)
    _written(current, "helpdesk.mail_opened", by)
    return ticket


@transaction.atomic
def mail_settle(*, mail: Mail, by: Actor) -> Mail:
    """Somebody has looked: nothing is to be done. Raises MailSettled."""
    current = _locked(mail)
    current.state = MailState.SETTLED
    _settled(current, by)
    return _written(current, "helpdesk.mail_settled", by)


def _place(mail: Mail, letter: Letter, content: bytes, by: Actor) -> None:
    """What becomes of a letter: set aside, a notice, an answer in a thread, or an inquiry of its own."""
    ticket = ticket_of(letter, DeskCode(mail.desk))
    if letter.is_report or letter.is_automatic or keeping.is_ours(letter.sender):
        _note_machine(mail, letter, ticket, content, by)
    elif not letter.sender:
        _set_aside(mail, letter, content, NO_SENDER, by)
    elif not (letter.subject or letter.text or letter.enclosures):
        _set_aside(mail, letter, content, NOTHING_SAID, by)
    else:
        try:
            _take_up(mail, _checked(mail, letter), ticket, by)
        except PersonalDataRefused:
            _refuse(mail, letter, by)
            return
        if letter.garbled:
            mail.reason = LETTERS_LOST
            mail.held = keeping.whole(letter, content, by)


def _checked(mail: Mail, letter: Letter) -> Letter:
    """At the desk that takes no personal data the office's own address in its signature is not held against it."""
    if takes_personal_data(mail.desk):
        return letter
    text = without_quotes(letter.text).replace(letter.sender, "")
    return replace(letter, text=text, sender_name="")


def _take_up(mail: Mail, letter: Letter, named: Ticket | None, by: Actor) -> None:
    """Into the inquiry that it answers while that is open; otherwise a new one, related to it."""
    thread = last_of(named) if named else None
    if thread and is_from_its_writer(letter, thread) and thread.state != TicketState.CLOSED:
        _add(mail, letter, thread, by)
        return
    asked = Asked(
        title=letter.subject[:TITLE] or letter.text.partition("\n")[0][:TITLE] or NO_TITLE,
        category=categories(mail.desk)[-1].code,
        body=letter.text,
        contact_name=letter.sender_name,
        email=letter.sender,
        language=letter.language,
        quietly=True,
    )
    key = f"mail:{mail.fingerprint}"
    ticket = ticket_open(desk=mail.desk, channel=TicketChannel.MAIL, asked=asked, key=key, by=by)
    mail.ticket, mail.state = ticket, MailState.OPENED
    # Before the automatic answer is made, which goes under this mail in its writer's program.
    mail.save()
    if thread:
        tickets_relate(ticket=ticket, other=thread, by=by)
    left_out = _enclose(mail, letter, ticket, by)
    if not letter.is_from_list and not answered_enough(letter.sender):
        received_reply_queue(ticket, left_out=left_out, by=by)


def _add(mail: Mail, letter: Letter, ticket: Ticket, by: Actor) -> None:
    text = without_quotes(letter.text) or "（本文はありません）"
    note_add(ticket=ticket, kind=NoteKind.RECEIVED, text=text, key=_key(mail, "note"), by=by)
    mail.ticket, mail.state = ticket, MailState.ADDED
    _enclose(mail, letter, ticket, by)
    if ticket.state in REOPENED_BY_ANSWER:
        ticket_move(ticket=ticket, to=TicketState.OPEN, by=by)


def _enclose(mail: Mail, letter: Letter, ticket: Ticket, by: Actor) -> list[str]:
    """Keep what may be kept; returns the names of the rest, which a note names too. Raises ScannerUnavailable."""
    left_out: list[tuple[str, str]] = []
    for enclosure in letter.enclosures:
        try:
            keeping.refuse_number(enclosure.content)
            attachment_add(ticket=ticket, name=enclosure.name, upload=enclosure.content, by=by)
        except (ScannerUnavailable, StorageFull):
            raise
        except Refused as refused:
            left_out.append((enclosure.name, refused.message))
    if left_out:
        text = "受け取らなかった添付：\n" + "\n".join(f"{name}（{why}）" for name, why in left_out)
        note_add(ticket=ticket, kind=NoteKind.INTERNAL, text=text, key=_key(mail, "left out"), by=by)
    return [name for name, _why in left_out]


def _note_machine(mail: Mail, letter: Letter, ticket: Ticket | None, content: bytes, by: Actor) -> None:
    """A notice of a mail server, or a machine's answer. Nobody is answered."""
    bounced = bounce_take(content) if letter.is_report else None
    if bounced:
        mail.state = MailState.BOUNCED
        ticket = inquiry_of(bounced)
        text = CAME_BACK
    else:
        mail.state = MailState.AUTOMATIC
        text = "自動の返信が届きました。\n" + without_quotes(letter.text)
        if ticket is None or not is_from_its_writer(letter, ticket):
            mail.held, ticket = keeping.whole(letter, content, by), None
            mail.sender, mail.subject = letter.sender, letter.subject
    if ticket:
        # Notices come to the sender of all our mails; the desk that wrote is the one to see them.
        mail.ticket, mail.desk = ticket, ticket.desk
        note_add(ticket=ticket, kind=NoteKind.INTERNAL, text=text, key=_key(mail, "machine"), by=by)


def _set_aside(mail: Mail, letter: Letter | None, content: bytes, reason: str, by: Actor) -> None:
    mail.reason = reason
    mail.held = keeping.whole(letter, content, by)
    if letter:
        mail.sender, mail.subject = letter.sender, letter.subject


def _refuse(mail: Mail, letter: Letter, by: Actor) -> None:
    """Personal data at the desk that takes none: nothing of it is kept, and its writer is told."""
    mail.state, mail.reason = MailState.REFUSED, "個人情報と思われる内容が含まれていました"
    mail.save()
    if not answered_enough(letter.sender):
        refused_reply_queue(mail, letter.sender, by=by)


def _settled(mail: Mail, by: Actor) -> None:
    mail.settled_at, mail.settled_by_id = timezone.now(), by.user_id


def _locked(mail: Mail) -> Mail:
    current = Mail.objects.select_for_update(of=("self",)).select_related("held").get(pk=mail.pk)
    if current.settled_at or current.state not in (MailState.ASIDE, MailState.AUTOMATIC):
        raise MailSettled
    return current


def _written(mail: Mail, action: str, by: Actor) -> Mail:
    mail.save()
    record(action=action, subject=mail, by=by, detail={"desk": mail.desk, "state": mail.state})
    notify(topic=f"helpdesk:{mail.desk}", kind="mail", id=mail.pk)
    return mail


def _key(mail: Mail, what: str) -> str:
    """The same note for the same mail, however often it is tried."""
    return str(uuid.uuid5(uuid.NAMESPACE_OID, f"{mail.fingerprint}:{what}"))
