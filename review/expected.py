"""How long an answer will take, as the counter may know it: numbers, no names (kitakyushu-24)."""

from dataclasses import dataclass
from datetime import timedelta
from math import ceil
from statistics import median

from django.db.models import F
from django.utils import timezone

from postoffices.city import current_city
from review.models import Case, CaseState, Decision, Presence

NEWEST = 20  # answers of today from which the usual time is read
LEAST_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Expected:
    """`reviewers` at the desk, `ahead` cases before this one, and the usual `minutes` until the answer (None: nobody
    is there to give one)."""

    reviewers: int
    ahead: int
    minutes: int | None


def expected_wait(case: Case | None = None) -> Expected:
    """For `case`, or for one that would be sent now. Three queries."""
    waiting = Case.objects.filter(state__in=[CaseState.SUBMITTED, CaseState.CLAIMED])
    if case is not None and case.due_at is not None:
        waiting = waiting.filter(due_at__lt=case.due_at)
    ahead = waiting.count()
    reviewers = Presence.objects.at_desk().count()
    if not reviewers:
        return Expected(0, ahead, None)
    rounds = ahead // reviewers + 1
    return Expected(reviewers, ahead, max(1, ceil(rounds * _usual_seconds() / 60)))


def _usual_seconds() -> float:
    """From taking on to answering, as the newest answers of the last hours took; else half of the time allowed.

    An answer's time at the counter holds the queue too, so it is cut at the time allowed.
    """
    since = timezone.now() - timedelta(hours=4)
    answered = Decision.objects.filter(decided_at__gte=since).annotate(took=F("decided_at") - F("submitted_at"))
    took = [spent.total_seconds() for spent in answered.order_by("-decided_at").values_list("took", flat=True)[:NEWEST]]
    allowed = current_city().rules.review.due_minutes * 60
    return max(LEAST_SECONDS, min(median(took), allowed)) if took else allowed / 2
