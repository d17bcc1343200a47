"""What an answer from a workbook does to a booking as it stands now. The preview and the taking over ask the same."""

from dataclasses import dataclass

from django.db import models

from applications.checkfiles.records import CheckReturn, HeldBack
from applications.checkfiles.rows import Answer
from applications.models import CHECK_MOVES, CheckState, DefectReason, ExistenceCheck, check_state_of
from reservations.models import Reservation, ReservationState


class Effect(models.TextChoices):
    NEW = "new", "反映する"
    SAME = "same", "すでに同じ回答"
    HELD_BACK = "held_back", "反映しない"


@dataclass(frozen=True, slots=True)
class Judged:
    """An answer beside its booking. `held_back` says why it changes nothing, where it does not."""

    answer: Answer
    reservation: Reservation
    effect: Effect
    held_back: str = ""

    @property
    def state_label(self) -> str:
        return str(self.answer.state.label)

    @property
    def reason_label(self) -> str:
        return str(DefectReason(self.answer.reason).label) if self.answer.reason else ""

    @property
    def held_back_label(self) -> str:
        return str(HeldBack(self.held_back).label) if self.held_back else ""


def judged(answer: Answer, reservation: Reservation) -> Judged:
    """`reservation` as read now, with its check."""
    if reservation.state == ReservationState.CANCELLED:
        return Judged(answer, reservation, Effect.HELD_BACK, HeldBack.CANCELLED)
    if reservation.state == ReservationState.ORPHANED:
        return Judged(answer, reservation, Effect.HELD_BACK, HeldBack.ORPHANED)
    check: ExistenceCheck | None = getattr(reservation, "existence_check", None)
    state = check_state_of(reservation)
    told = (answer.state, answer.reason, answer.note)
    if state == answer.state == CheckState.CONFIRMED or (
        check is not None and told == (check.state, check.defect_reason, check.note)
    ):
        return Judged(answer, reservation, Effect.SAME)
    if answer.state not in CHECK_MOVES[state] or state not in (CheckState.WAITING, CheckState.RESOLVED):
        return Judged(answer, reservation, Effect.HELD_BACK, HeldBack.CONFLICT)
    return Judged(answer, reservation, Effect.NEW)


def judged_answers(returned: CheckReturn) -> list[Judged]:
    """All answers of a workbook beside their bookings. Two queries."""
    rows = returned.batch.rows.values_list("position", "reservation_id")
    numbers = dict(rows)
    bookings = Reservation.objects.select_related("slot", "office", "procedure", "existence_check")
    held = bookings.in_bulk(list(numbers.values()))
    answers = [Answer.read(stored) for stored in returned.answers]
    return [judged(answer, held[numbers[answer.position]]) for answer in answers]
