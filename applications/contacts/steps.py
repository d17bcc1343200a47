"""Whose turn it is and what is to be done, for a check in any state: nobody is left without a next step."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.utils import timezone

from applications.contacts.records import IN_VAIN, ContactResult, DefectContact
from applications.models import CheckState, ExistenceCheck
from reservations.models import ReservationState


class Turn(StrEnum):
    BUREAU = "bureau"
    APPLICANT = "applicant"
    CITY = "city"
    COUNTER = "counter"
    NOBODY = "nobody"


TURN_LABELS = {
    Turn.BUREAU: "事務局の番",
    Turn.APPLICANT: "申請者の返事待ち",
    Turn.CITY: "市の番",
    Turn.COUNTER: "来局を待つ",
    Turn.NOBODY: "終了",
}


@dataclass(frozen=True, slots=True)
class NextStep:
    """`at` is until when (applicant) or since when (bureau), where there is a moment."""

    turn: Turn
    what: str
    at: datetime | None = None

    @property
    def label(self) -> str:
        return TURN_LABELS[self.turn]


ENDED = {
    ReservationState.CANCELLED: "予約が取り消されています。",
    ReservationState.NO_SHOW: "来局がありませんでした。",
}


def next_step(check: ExistenceCheck, contacts: Iterable[DefectContact], now: datetime | None = None) -> NextStep:
    """The next step, from the check with its booking and the tries since the defect was found, oldest first."""
    booking, state = ReservationState(check.reservation.state), CheckState(check.state)
    if state == CheckState.GIVEN_UP:
        return NextStep(Turn.NOBODY, "予約を取り消し、枠を空けました。")
    if booking in ENDED:
        return NextStep(Turn.NOBODY, ENDED[booking])
    if booking == ReservationState.ORPHANED:
        return NextStep(Turn.BUREAU, "「枠のない予約」で、日時を選び直していただいてください。")
    if state == CheckState.CONFIRMED:
        return NextStep(Turn.COUNTER, "確認は済んでいます。")
    if state != CheckState.DEFECT:
        again = "もう一度、" if state == CheckState.RESOLVED else ""
        return NextStep(Turn.CITY, f"市が{again}住民記録を確かめて答えます。")
    return _of_defect(check, list(contacts), now or timezone.now())


def _of_defect(check: ExistenceCheck, contacts: list[DefectContact], now: datetime) -> NextStep:
    last = contacts[-1] if contacts else None
    if last is None:
        return NextStep(Turn.BUREAU, "申請者に連絡してください。", check.next_step_at)
    if last.message is not None and last.message.state in IN_VAIN:
        return NextStep(Turn.BUREAU, "メールが届きませんでした。電話で連絡してください。", last.at)
    if check.next_step_at <= now:
        return NextStep(Turn.BUREAU, _again(last), check.next_step_at)
    if last.result in (ContactResult.MAILED, ContactResult.PROMISED):
        return NextStep(
            Turn.APPLICANT, "返事を待っています。期限を過ぎると、事務局の番に戻ります。", check.next_step_at
        )
    return NextStep(Turn.BUREAU, "決めた日時になったら、もう一度連絡してください。", check.next_step_at)


def _again(last: DefectContact) -> str:
    if last.result in (ContactResult.MAILED, ContactResult.PROMISED):
        return "返事の期限が過ぎました。もう一度連絡してください。"
    return "もう一度連絡する日時です。"
