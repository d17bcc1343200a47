"""The staff's list: who waits, who was told, and why nothing was sent."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Min
from django.urls import reverse

from accounts.models import User
from accounts.waiting import Waiting
from notifications.models import Message, MessageState
from reservations.models import Waiter, WaitState
from reservations.waiting_list.access import waiters_in_scope


@dataclass(frozen=True, slots=True)
class Standing:
    """A row of the list: `told` says what was sent, or why nothing was."""

    waiter: Waiter
    told: str
    message: Message | None
    to_call: bool


def standings(waiters: Iterable[Waiter]) -> list[Standing]:
    """Rows with their last message. One query for all messages."""
    rows = list(waiters)
    newest = _newest_messages(rows)
    return [_standing(waiter, newest.get((str(waiter.pk), _purpose(waiter)))) for waiter in rows]


def _purpose(waiter: Waiter) -> str:
    return "wait_offered" if waiter.offered_at else "wait_asked"


def _newest_messages(rows: list[Waiter]) -> dict[tuple[str, str], Message]:
    messages = Message.objects.filter(
        subject_type=Waiter._meta.label_lower,
        subject_id__in=[str(waiter.pk) for waiter in rows],
        purpose__in=["wait_offered", "wait_asked"],
    )
    return {(message.subject_id, message.purpose): message for message in messages}


def _standing(waiter: Waiter, message: Message | None) -> Standing:
    to_call = waiter.state == WaitState.OFFERED and not waiter.email and waiter.called_at is None
    return Standing(waiter, _told(waiter, message), message, to_call)


def _told(waiter: Waiter, message: Message | None) -> str:
    if waiter.offered_at is None:
        unproven = waiter.state in (WaitState.ASKED, WaitState.UNPROVEN)
        asked = f"（確認のメール：{MessageState(message.state).label}）" if message and unproven else ""
        return f"{_why_not(waiter)}{asked}"
    if not waiter.email:
        return (
            "電話で案内済み" if waiter.called_at else "メールアドレスがないため送っていません。電話で案内してください。"
        )
    if message is None:
        return "案内のメールがありません。"
    state = MessageState(message.state).label
    return f"案内のメール：{state}"


def _why_not(waiter: Waiter) -> str:
    reasons = {
        WaitState.ASKED: "本人がまだメールのリンクから確定していません。",
        WaitState.UNPROVEN: "期限までに、本人がメールのリンクから確定しませんでした。",
        WaitState.WAITING: "希望の場所と期間に、まだ空きがありません。",
        WaitState.WITHDRAWN: "空きが出る前に、本人が取りやめました。",
        WaitState.OVER: "空きが出ないまま、希望の期間が過ぎました。",
    }
    return reasons.get(WaitState(waiter.state), "")


def offers_to_call(user: User) -> list[Waiting]:
    """People with an offer who left only a telephone number. One query."""
    to_call = waiters_in_scope(user).filter(state=WaitState.OFFERED, email="", called_at=None)
    due = to_call.order_by().aggregate(first=Min("answer_until"))["first"]
    if due is None:
        return []
    return [Waiting("空きの案内（電話）", to_call.count(), reverse("waiting_list:list"), due)]
