"""The steps of a visit with their times, and how long people wait (service levels)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Max, Q
from django.utils import timezone

from counters.models import Visit, VisitState, start_of
from postoffices.city import current_city
from postoffices.models import Office
from postoffices.supply.days import office_days


@dataclass(frozen=True, slots=True)
class Step:
    """A step and when it was taken; `seconds` since the step before."""

    label: str
    at: datetime
    seconds: int | None


def steps(visit: Visit) -> list[Step]:
    """Every step that the visit took, in the order of time."""
    moments = [(label, at) for label, at in _moments(visit) if at is not None]
    found: list[Step] = []
    for label, at in sorted(moments, key=lambda pair: pair[1]):
        since = round((at - found[-1].at).total_seconds()) if found else None
        found.append(Step(label, at, since))
    return found


def _moments(visit: Visit) -> Iterable[tuple[str, datetime | None]]:
    yield "受付", visit.arrived_at
    yield "呼び出し", visit.called_at
    yield "対応開始", visit.serving_at
    yield "署名", getattr(visit.application, "signed_at", None)
    yield from _review(getattr(visit, "case", None), visit)
    yield "端末処理の開始", visit.terminal_at
    yield ("途中で帰られた" if visit.state == VisitState.LEFT else "完了"), visit.finished_at


def _review(case: Any, visit: Visit) -> Iterable[tuple[str, datetime | None]]:
    """Each attempt with its answer; an attempt without one is only known to the visit."""
    answered = list(case.decisions.all()) if case is not None else []
    for decision in answered:
        yield "審査の依頼", decision.submitted_at
        yield f"審査の結果（{decision.get_verdict_display()}）", decision.decided_at
    if visit.submitted_at is not None and visit.answered_at is None:
        yield "審査の依頼", visit.submitted_at


@dataclass(frozen=True, slots=True)
class Levels:
    """How an office, or the city, stands at `now`. Seconds; None when nobody is there to be measured.

    `turned_in_time` and `served_in_time` are percentages of today, of those who were served or answered.
    """

    now: datetime
    waiting: int
    longest_wait: int | None
    wait_limit: int
    at_counter: int
    in_review: int
    longest_review: int | None
    review_limit: int
    finished: int
    served_in_time: int | None
    turned_in_time: int | None

    @property
    def wait_breached(self) -> bool:
        return self.longest_wait is not None and self.longest_wait > self.wait_limit

    @property
    def review_breached(self) -> bool:
        return self.longest_review is not None and self.longest_review > self.review_limit


def levels(office: Office | None, now: datetime | None = None) -> Levels:
    """Today's levels; `office` None is the whole city. One query."""
    now = now or timezone.now()
    rules = current_city().rules
    wait_limit, review_limit = rules.counter.waiting_minutes * 60, rules.review.due_minutes * 60
    today = Q(arrived_at__gte=start_of(timezone.localdate(now)))
    visits = list(
        Visit.objects.filter(today, **({"office": office} if office else {}))
        .select_related("reservation__slot")
        .only(
            "state",
            "arrived_at",
            "serving_at",
            "submitted_at",
            "answered_at",
            "finished_at",
            "reservation__slot__starts_at",
        )
    )
    waiting = [_turn(visit) for visit in visits if visit.state in (VisitState.ARRIVED, VisitState.CALLED)]
    in_review = [visit.submitted_at for visit in visits if visit.state == VisitState.AWAITING_REVIEW]
    served = [_between(_turn(visit), visit.serving_at) for visit in visits if visit.serving_at]
    turned = [_between(visit.submitted_at, visit.answered_at) for visit in visits if visit.answered_at]
    return Levels(
        now=now,
        waiting=len(waiting),
        longest_wait=max((_between(turn, now) for turn in waiting), default=None),
        wait_limit=wait_limit,
        at_counter=sum(visit.state == VisitState.SERVING for visit in visits),
        in_review=len(in_review),
        longest_review=max((_between(at, now) for at in in_review), default=None),
        review_limit=review_limit,
        finished=sum(visit.state == VisitState.FINISHED for visit in visits),
        served_in_time=_share(served, wait_limit),
        turned_in_time=_share(turned, review_limit),
    )


def _turn(visit: Visit) -> datetime | None:
    """From when waiting counts: who comes before the booked time waits from that time on."""
    booked = visit.reservation.slot.starts_at if visit.reservation else None
    return max((at for at in (visit.arrived_at, booked) if at is not None), default=None)


def _between(start: datetime | None, end: datetime | None) -> int:
    return max(0, round((end - start).total_seconds())) if start and end else 0


def _share(seconds: list[int], limit: int) -> int | None:
    return round(100 * sum(value <= limit for value in seconds) / len(seconds)) if seconds else None


@dataclass(frozen=True, slots=True)
class Overrun:
    """Work begun in opening hours and finished after them (yatsushiro-03)."""

    closes_at: datetime
    visits: int
    last_at: datetime | None

    @property
    def minutes(self) -> int:
        """How long after closing time the last one was finished."""
        return _between(self.closes_at, self.last_at) // 60


def overrun(office: Office, day: date) -> Overrun | None:
    """None on a day on which the office is closed. Visits that were ended on a later day do not count."""
    periods = office_days([office], day, day)[office.pk][0].periods
    if not periods:
        return None
    closes_at = timezone.make_aware(datetime.combine(day, max(closes for _, closes in periods)))
    late = Visit.objects.of_day(office, day).filter(
        arrived_at__lt=closes_at, finished_at__gt=closes_at, finished_at__lt=start_of(day + timedelta(days=1))
    )
    found = late.aggregate(visits=Count("pk"), last=Max("finished_at"))
    return Overrun(closes_at, found["visits"], found["last"])
