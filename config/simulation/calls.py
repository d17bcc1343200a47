"""Made-up days at both desks: calls, inquiries, complaints, reports to the city and callbacks."""

import uuid
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from random import Random

from django.utils import timezone

from audit.actors import Actor
from config.simulation.cast import Cast
from config.simulation.stories import Story
from helpdesk.actions import (
    Asked,
    Event,
    Handled,
    Promise,
    call_handle,
    callback_promise,
    city_see,
    cti_take,
    moment_add,
    note_add,
    step_do,
    ticket_move,
    ticket_open,
    ticket_take,
)
from helpdesk.callback_times import Window
from helpdesk.desks import clock_of
from helpdesk.models import (
    Call,
    CallResult,
    CtiKind,
    DeskCode,
    NoteKind,
    Priority,
    Ticket,
    TicketChannel,
    TicketKind,
    TicketState,
)
from helpdesk.offices.actions import office_ask

PHONE = Actor.system("telephone")
CALLS_A_DAY = {DeskCode.CITIZEN: 16, DeskCode.HELPDESK: 5}
TALK: dict[DeskCode, tuple[tuple[str, CallResult, str], ...]] = {
    DeskCode.CITIZEN: (
        ("booking", CallResult.BOOKED, "日時の変更を受け付け"),
        ("booking", CallResult.BOOKED, "新しい予約を受け付け"),
        ("booking", CallResult.ANSWERED, "持ち物を案内"),
        ("card", CallResult.ANSWERED, "更新できる時期を案内"),
        ("card", CallResult.REFERRED, "カードの受け取りのため区役所を案内"),
        ("other", CallResult.REFERRED, "住所変更のため区役所を案内"),
        ("other", CallResult.NONE, "間違い電話"),
    ),
    DeskCode.HELPDESK: (
        ("terminal", CallResult.ANSWERED, "統合端末の再起動の手順を案内"),
        ("steps", CallResult.ANSWERED, "申請書の並べ方を案内"),
        ("tablet", CallResult.ANSWERED, "タブレットの通信の入れ直しを案内"),
        ("scheme", CallResult.ANSWERED, "有効期限の数え方を案内"),
    ),
}


@dataclass(frozen=True, slots=True)
class Case:
    """An inquiry of the demo: what, by which road, so many days ago, and how far it went."""

    desk: DeskCode
    asked: Asked
    days_ago: int
    channel: TicketChannel = TicketChannel.CALL
    until: TicketState = TicketState.NEW
    note: str = ""


CASES = (
    Case(
        DeskCode.CITIZEN,
        Asked(
            "暗証番号を忘れたときの持ち物",
            "card",
            "本人確認書類が何点必要か知りたい。",
            contact_name="見本 花子",
            email="mihon0001@example.jp",
        ),
        0,
        TicketChannel.WEB,
    ),
    Case(
        DeskCode.CITIZEN,
        Asked(
            "代理人が受け取れるか",
            "card",
            "入院中の家族の代わりに行けるか。",
            contact_name="架空 一郎",
            phone="00000000011",
            priority=Priority.HIGH,
        ),
        1,
        until=TicketState.WAITING,
        note="区役所に確認中",
    ),
    Case(
        DeskCode.CITIZEN,
        Asked(
            "予約の案内が違っていた",
            "booking",
            "電話で聞いた持ち物と、窓口で言われた持ち物が違った。",
            TicketKind.COMPLAINT,
            Priority.HIGH,
            "仮名 みどり",
            "00000000012",
        ),
        2,
        until=TicketState.OPEN,
        note="録音を確かめ、担当者に聴き取った",
    ),
    Case(
        DeskCode.CITIZEN,
        Asked(
            "窓口を撮影したい（見本テレビ）",
            "other",
            "郵便局の窓口を取材したいとのこと。",
            TicketKind.PRESS,
            Priority.URGENT,
            "見本テレビ 模擬記者",
        ),
        0,
    ),
    Case(
        DeskCode.CITIZEN,
        Asked("駐車場はあるか", "other", "見本郵便局の駐車場について。", contact_name="例示 太郎", phone="00000000013"),
        3,
        until=TicketState.CLOSED,
        note="拠点に確認し、電話で回答",
    ),
    Case(
        DeskCode.HELPDESK,
        Asked(
            "統合端末が起動しない",
            "terminal",
            "電源を入れ直しても画面が出ない。",
            TicketKind.EQUIPMENT,
            Priority.URGENT,
            device_label="KT-0001",
        ),
        0,
        until=TicketState.OPEN,
        note="市へ報告済み。代替機の手配を確認中",
    ),
    Case(
        DeskCode.HELPDESK,
        Asked(
            "受付できるか判断がつかない事例",
            "citizens",
            "窓口にお待ちの方について、市の判断が必要。",
            TicketKind.ESCALATION,
            Priority.URGENT,
        ),
        0,
    ),
    Case(
        DeskCode.HELPDESK,
        Asked("申請書の書き間違いの訂正方法", "steps", "訂正印は要るか。"),
        1,
        until=TicketState.RESOLVED,
        note="手順書の該当箇所を案内",
    ),
    Case(
        DeskCode.HELPDESK,
        Asked(
            "申請書1枚が見当たらない",
            "steps",
            "締めのときに枚数が合わないことに気づいた。",
            TicketKind.INCIDENT,
            Priority.URGENT,
        ),
        1,
        until=TicketState.OPEN,
        note="局内を捜索中",
    ),
)


def days_calls(random: Random, cast: Cast, day: date) -> list[Story]:
    """A story for each call of the day; none where the desk is closed."""
    found: list[Story] = []
    for desk, count in CALLS_A_DAY.items():
        clock = clock_of(desk)
        for _call in range(count):
            at = _moment(day, time(random.randrange(8, 18), random.randrange(60)))
            if clock.is_open(at) or random.random() < 0.1:
                found.append(_call_story(random, cast, desk, at, is_open=clock.is_open(at)))
    return found


def _call_story(random: Random, cast: Cast, desk: DeskCode, at: datetime, *, is_open: bool) -> Story:
    call_id = str(uuid.UUID(int=random.getrandbits(128)))
    number = f"000{random.randrange(10_000):08d}"

    def said(kind: CtiKind, moment: datetime) -> Call:
        event = Event(f"{call_id}:{kind}", kind, call_id, moment, number, _operator(cast, desk).label)
        return cti_take(desk=desk, event=event, by=PHONE)

    yield at
    said(CtiKind.NEW_CALL, at)
    if not is_open or random.random() < 0.06:
        at += timedelta(seconds=random.randrange(15, 60))
        yield at
        said(CtiKind.HANGUP, at)
        return
    at += timedelta(seconds=random.randrange(4, 25))
    yield at
    said(CtiKind.ANSWER, at)
    at += timedelta(seconds=random.randrange(60, 420))
    yield at
    call = said(CtiKind.HANGUP, at)
    yield at + timedelta(seconds=random.randrange(5, 30))
    category, result, note = random.choice(TALK[desk])
    office = random.choice(cast.offices) if random.random() < 0.6 else None
    handled = Handled(category=category, result=result, note=note, office=office)
    call_handle(call=call, handled=handled, by=_operator(cast, desk))


def cases(cast: Cast, now: datetime) -> list[Story]:
    """The inquiries that the demo shows, and a callback that is due today."""
    told = (_case_story(cast, case, place, now) for place, case in enumerate(CASES))
    return [*told, _office_story(cast, now), _callback_story(cast, now)]


def _case_story(cast: Cast, case: Case, place: int, now: datetime) -> Story:
    by = _operator(cast, case.desk)
    at = now - timedelta(days=case.days_ago, minutes=20 + 7 * place)
    yield at
    asked = replace(case.asked, office=cast.training_offices[0]) if case.desk == DeskCode.HELPDESK else case.asked
    ticket = ticket_open(desk=case.desk, channel=case.channel, asked=asked, key=f"simulation:{place}", by=by)
    if case.until == TicketState.NEW:
        return
    yield at + timedelta(minutes=3)
    ticket = ticket_take(ticket=ticket, by=by)
    note_add(ticket=ticket, kind=NoteKind.INTERNAL, text=case.note, key=_key(place), by=by)
    if ticket.reported_at:
        city_see(ticket=ticket, by=cast.officer)
    if steps := list(ticket.steps.all()[:2]):
        for step in steps:
            step_do(step=step, done=True, by=by)
        moment_add(ticket=ticket, at=at - timedelta(minutes=25), text="気づいた", by=by)
        moment_add(ticket=ticket, at=at, text="ヘルプデスクへ連絡、市へ第一報", by=by)
    yield at + timedelta(minutes=9)
    _carry(ticket, case.until, by)


def _carry(ticket: Ticket, until: TicketState, by: Actor) -> None:
    if until == TicketState.CLOSED:
        ticket = ticket_move(ticket=ticket, to=TicketState.RESOLVED, by=by)
    if until != ticket.state:
        ticket_move(ticket=ticket, to=until, by=by)


def _office_story(cast: Cast, now: datetime) -> Story:
    """The demo's clerk asked on screen; the answer waits to be read."""
    at = now - timedelta(minutes=55)
    yield at
    asked = Asked(
        "申請書の控えはだれに渡しますか", "steps", "控えを求められました。渡してよいですか。",
        office=cast.training_offices[0],
    )  # fmt: skip
    ticket = office_ask(asked=asked, key="simulation:office", by=cast.clerk)
    yield at + timedelta(minutes=18)
    ticket = ticket_take(ticket=ticket, by=cast.agent)
    answer = "控えは渡さず、受付票をお渡しください。手引きの「受付」にあります。"
    note_add(ticket=ticket, kind=NoteKind.OUTSIDE, text=answer, key=_key(98), by=cast.agent)


def _callback_story(cast: Cast, now: datetime) -> Story:
    yield now - timedelta(minutes=2)
    promise = Promise(
        phone="00000000014",
        window=Window(now - timedelta(minutes=1), now + timedelta(hours=2)),
        contact_name="想定 さくら",
        note="他回線に回った電話。予約の変更について",
    )
    callback_promise(desk=DeskCode.CITIZEN, promise=promise, key=uuid.UUID(_key(99)), by=cast.operator)


def _operator(cast: Cast, desk: DeskCode) -> Actor:
    return cast.operator if desk == DeskCode.CITIZEN else cast.agent


def _key(place: int) -> str:
    return str(uuid.UUID(int=0x5EED << 64 | place))


def _moment(day: date, at: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, at))
