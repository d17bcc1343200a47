"""Whether a second person looks at a case before the counter hears (decision 0086)."""

from typing import Literal

from django.utils.crypto import salted_hmac

from audit.actors import Actor
from postoffices.city import current_city
from review.models import Case, Decision, FirstLook, LookRule, Presence, Verdict

SKIPPED: Literal["skipped"] = "skipped"


def second_look_of(case: Case, verdict: Verdict, by: Actor) -> LookRule | Literal["skipped"] | None:
    """The rule by which somebody else has to look too; SKIPPED when the lot fell but nobody else is at the desk.

    None for a reshoot (the case comes back anyway) and for the second look itself.
    """
    if verdict == Verdict.RESHOOT or case.first_look_by_id is not None:
        return None
    rule = _rule(case, by)
    if rule == LookRule.SAMPLE and not _somebody_else_is_here(case, by):
        return SKIPPED
    return rule


def _rule(case: Case, by: Actor) -> LookRule | None:
    wanted = current_city().rules.review.second_look
    if case.visit.procedure.code in wanted.procedures:
        return LookRule.PROCEDURE
    if wanted.first_cases and _answers_given(by, wanted.first_cases) < wanted.first_cases:
        return LookRule.NEWCOMER
    return LookRule.SAMPLE if drawn(case, wanted.share_percent) else None


def drawn(case: Case, share_percent: int) -> bool:
    """Whether the lot falls on this attempt: always the same for a case, and nobody at a screen can foresee it."""
    lot = salted_hmac("review.second_look", f"{case.pk}-{case.attempt}").digest()
    return int.from_bytes(lot[:4]) % 100 < share_percent


def _answers_given(by: Actor, enough: int) -> int:
    own = {"decided_by_id": by.user_id}
    counted = Decision.objects.filter(**own)[:enough].count()
    return counted + (FirstLook.objects.filter(**own)[:enough].count() if counted < enough else 0)


def _somebody_else_is_here(case: Case, by: Actor) -> bool:
    return Presence.objects.at_desk().exclude(user_id__in=[by.user_id, case.captured_by_id]).exists()
