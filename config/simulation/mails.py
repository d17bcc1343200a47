"""Made-up mails to both desks, through the same door as real ones: questions, answers, and what machines write."""

import uuid
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from email import policy
from email.message import EmailMessage
from uuid import NAMESPACE_URL, uuid5

from django.utils import timezone

from audit.actors import Actor
from config.simulation.cast import Cast
from config.simulation.pictures import card_picture
from config.simulation.stories import Story
from helpdesk.actions import note_add, ticket_take
from helpdesk.desks import desk_of
from helpdesk.mails.actions import mail_take
from helpdesk.models import DeskCode, Mail, NoteKind, Ticket
from notifications.delivery import message_id_of
from notifications.models import Message

DOOR = Actor.system("mail")
DOMAIN = "example.jp"
EVENING = time(20, 40)


@dataclass(frozen=True, slots=True)
class Letter:
    """What somebody writes; `machine` for what a program answered while nobody was there."""

    sender: str
    subject: str
    text: str
    desk: DeskCode = DeskCode.CITIZEN
    picture: bytes = b""
    machine: bool = False

    def written(self, answers: str = "") -> bytes:
        """As it comes over the line; `answers` is the Message-ID that it answers."""
        mail = EmailMessage(policy=policy.SMTP)
        if self.sender:
            mail["From"] = self.sender
        mail["To"] = desk_of(self.desk).mail or f"desk@{DOMAIN}"
        mail["Subject"] = self.subject
        mail["Message-ID"] = f"<{uuid5(NAMESPACE_URL, self.sender + self.subject).hex}@{DOMAIN}>"
        if answers:
            mail["In-Reply-To"] = answers
        if self.machine:
            mail["Auto-Submitted"] = "auto-replied"
        mail.set_content(self.text)
        if self.picture:
            mail.add_attachment(self.picture, "image", "jpeg", filename="画面の写真.jpg")
        return mail.as_bytes()


QUESTION = Letter(
    "見本 花子 <mihon0021@example.jp>",
    "駐車場について",
    "見本区に住んでいます。\n郵便局に車で行きたいのですが、駐車場はありますか。\n\n見本 花子\n",
)
THANKS = Letter(
    "見本 花子 <mihon0021@example.jp>",
    "Re: 駐車場について",
    "ありがとうございます。よく分かりました。\n\n2026年 窓口:\n> 駐車できる台数には限りがあります。\n",
)
AT_NIGHT = Letter(
    "架空 次郎 <mihon0022@example.jp>",
    "更新の時期",
    "通知書が届きました。いつまでに行けばよいですか。夜分にすみません。\n",
)
WITH_PICTURE = Letter(
    "例示 めぐみ <mihon0023@example.jp>",
    "予約の画面に進めません",
    "スマートフォンで予約しようとすると、先に進めません。\n画面の写真を付けます。\n",
    picture=card_picture("SCREEN", 2),
)
UNREACHED = Letter(
    "仮名 太郎 <mihon0024@example.jp>",
    "予約の取り消し",
    "電話がつながらないので、メールで聞きます。予約を取り消すにはどうすればよいですか。\n",
)
AWAY = Letter(
    "模擬 商店 <mihon0025@example.jp>",
    "【自動返信】不在のお知らせ",
    "ただいま休業しております。このメールは自動で返信しています。\n",
    machine=True,
)
NAMELESS = Letter("", "（差出人なし）パンフレットの送付", "案内のパンフレットを20部送ってください。\n")
OF_AN_OFFICE = Letter(
    "見本局 <mihon-post@example.jp>",
    "統合端末の時計",
    "統合端末の時計が5分遅れています。直し方を教えてください。\n",
    desk=DeskCode.HELPDESK,
)
WITH_A_PERSON = Letter(
    "見本局 <mihon-post2@example.jp>",
    "お客さまの件",
    "お客さまの電話番号は090-0000-0000です。折り返しをお願いします。\n",
    desk=DeskCode.HELPDESK,
)
NOTICE = """\
From: MAILER-DAEMON@mail.example.jp
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example.jp

Final-Recipient: rfc822; mihon0024@example.jp
Action: failed
Status: 5.2.2

--b
Content-Type: message/rfc822

Message-ID: {message_id}

--b--
"""


def mails(cast: Cast, now: datetime) -> list[Story]:
    """The mails of the last two days up to `now`."""
    evening = timezone.make_aware(datetime.combine(timezone.localdate(now) - timedelta(days=1), EVENING))
    alone = (
        (evening, AT_NIGHT),
        (now - timedelta(minutes=95), WITH_PICTURE),
        (now - timedelta(minutes=80), AWAY),
        (now - timedelta(minutes=65), NAMELESS),
        (now - timedelta(minutes=50), OF_AN_OFFICE),
        (now - timedelta(minutes=35), WITH_A_PERSON),
    )
    answered = "駐車できる台数には限りがあります。できるだけ公共の乗り物でお越しください。"
    unreached = "予約の確認メールの「予約の確認・変更・取り消し」から取り消せます。"
    return [
        *(_arrives(at, letter) for at, letter in alone),
        _answered(cast, now - timedelta(hours=3), QUESTION, answered),
        _comes_back(cast, now - timedelta(hours=5), unreached),
    ]


def _taken(letter: Letter, answers: str = "") -> Mail:
    return mail_take(desk=letter.desk, content=letter.written(answers), by=DOOR)


def _arrives(at: datetime, letter: Letter) -> Story:
    yield at
    _taken(letter)


def _answered(cast: Cast, at: datetime, letter: Letter, text: str) -> Story:
    """A question, the desk's answer by mail, and the writer's thanks in the same thread."""
    yield at
    ticket = _taken(letter).ticket
    yield at + timedelta(minutes=25)
    if ticket:
        answer = _answer(cast, ticket, text)
        yield at + timedelta(minutes=70)
        _taken(THANKS, message_id_of(answer))


def _comes_back(cast: Cast, at: datetime, text: str) -> Story:
    """The desk's answer reaches a full mailbox, and a mail server says so."""
    yield at
    ticket = _taken(UNREACHED).ticket
    yield at + timedelta(minutes=30)
    if ticket:
        answer = _answer(cast, ticket, text)
        yield at + timedelta(minutes=31)
        notice = NOTICE.format(message_id=message_id_of(answer)).encode()
        mail_take(desk=DeskCode.CITIZEN, content=notice, from_nobody=True, by=DOOR)


def _answer(cast: Cast, ticket: Ticket, text: str) -> Message:
    ticket_take(ticket=ticket, by=cast.operator)
    key = str(uuid.UUID(int=0x3A11 << 64 | ticket.pk))
    note = note_add(ticket=ticket, kind=NoteKind.OUTSIDE, text=text, key=key, mail=True, by=cast.operator)
    return Message.objects.get(key=f"ticket:{ticket.pk}:note:{note.pk}")
