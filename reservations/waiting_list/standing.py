"""The staff's list: who waits, who was told, and why nothing was sent."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Min, Q
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.waiting import Waiting
from notifications.models import Message, MessageState
from postoffices.city import current_city
from reservations.deadlines import first_bookable_day, last_bookable_day
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
    """Rows with their last message, and why there is none. Two queries for all."""
    rows = list(waiters)
    newest, offered = _newest_messages(rows), _offered_now(rows)
    return [_standing(waiter, newest.get((str(waiter.pk), _purpose(waiter))), offered) for waiter in rows]


def _purpose(waiter: Waiter) -> str:
    return "wait_offered" if waiter.offered_at else "wait_asked"


def _newest_messages(rows: list[Waiter]) -> dict[tuple[str, str], Message]:
    messages = Message.objects.filter(
        subject_type=Waiter._meta.label_lower,
        subject_id__in=[str(waiter.pk) for waiter in rows],
        purpose__in=["wait_offered", "wait_asked"],
    )
    return {(message.subject_id, message.purpose): message for message in messages}


def _offered_now(rows: list[Waiter]) -> Counter[str]:
    """For how many people seats are offered now, by the contacts and networks of those who still wait."""
    waiting = [waiter for waiter in rows if waiter.state == WaitState.WAITING]
    contacts = {waiter.contact_key for waiter in waiting}
    networks = {waiter.network_key for waiter in waiting} - {""}
    found: Counter[str] = Counter()
    if not waiting:
        return found
    shared = Waiter.objects.filter(Q(contact_key__in=contacts) | Q(network_key__in=networks), state=WaitState.OFFERED)
    for contact, network, people in shared.values_list("contact_key", "network_key", "people"):
        found.update({contact: people} | ({network: people} if network else {}))
    return found


def _standing(waiter: Waiter, message: Message | None, offered: Counter[str]) -> Standing:
    to_call = waiter.state == WaitState.OFFERED and not waiter.email and waiter.called_at is None
    return Standing(waiter, _told(waiter, message, offered), message, to_call)


def _told(waiter: Waiter, message: Message | None, offered: Counter[str]) -> str:
    if waiter.offered_at is None:
        unproven = waiter.state in (WaitState.ASKED, WaitState.UNPROVEN)
        asked = f"（確認のメール：{MessageState(message.state).label}）" if message and unproven else ""
        return f"{_why_not(waiter, offered)}{asked}"
    if not waiter.email:
        return (
            "電話で案内済み" if waiter.called_at else "メールアドレスがないため送っていません。電話で案内してください。"
        )
    if message is None:
        return "案内のメールがありません。"
    state = MessageState(message.state).label
    return f"案内のメール：{state}"


def _why_not(waiter: Waiter, offered: Counter[str]) -> str:
    reasons = {
        WaitState.ASKED: "本人がまだメールのリンクから確定していません。",
        WaitState.UNPROVEN: "期限までに、本人がメールのリンクから確定しませんでした。",
        WaitState.WAITING: _why_waiting(waiter, offered),
        WaitState.WITHDRAWN: "空きが出る前に、本人が取りやめました。",
        WaitState.OVER: "空きが出ないまま、希望の期間が過ぎました。",
    }
    return reasons.get(WaitState(waiter.state), "")


def _why_waiting(waiter: Waiter, offered: Counter[str]) -> str:
    """In the order in which an offer is refused (see `offers`): the days, the limits, and only then the seats."""
    rules, now = current_city().rules.waiting_list, timezone.now()
    if waiter.first_day > last_bookable_day():
        return "希望の期間の予約が、まだ始まっていません。"
    if waiter.last_day < first_bookable_day(now, office_id=waiter.office_id, procedure_id=waiter.procedure_id):
        return "希望の期間は、インターネット予約の期限を過ぎました。"
    for key, most in ((waiter.contact_key, rules.offers_per_contact), (waiter.network_key, rules.offers_per_network)):
        if offered[key] and offered[key] + waiter.people > most:
            return "同じ連絡先か回線から登録した方を案内しているあいだ、順番を待っています。"
    together = f"{waiter.people}人がいっしょに入れる" if waiter.people > 1 else ""
    return f"希望の場所と期間に、まだ{together}空きがありません。"


def offers_to_call(user: User) -> list[Waiting]:
    """People with an offer who left only a telephone number. One query."""
    to_call = waiters_in_scope(user).filter(state=WaitState.OFFERED, email="", called_at=None)
    due = to_call.order_by().aggregate(first=Min("answer_until"))["first"]
    if due is None:
        return []
    return [Waiting("空きの案内（電話）", to_call.count(), reverse("waiting_list:list"), due)]
