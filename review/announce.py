"""Who hears of a change of a case: its office's screens and the reviewers'."""

from live.notify import notify
from review.models import Case


def announce(case: Case) -> None:
    """Tell open screens, on commit, that the case changed. Carries its id only."""
    notify(topic=f"office:{case.office.code}", kind="case", id=case.pk)
    notify(topic="review", kind="case", id=case.pk)
