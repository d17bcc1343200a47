"""Which questions somebody reaches: those of one's desks."""

from django.http import Http404

from accounts.models import User
from helpdesk.access import desks_for
from helpdesk.models import MissedSearch, Question


def question_for(user: User, pk: int) -> Question:
    """Raises Http404."""
    question = Question.objects.filter(desk__in=desks_for(user), pk=pk).select_related("source", "written_by").first()
    if question is None:
        raise Http404
    return question


def missed_for(user: User, typed: str) -> MissedSearch | None:
    """The missed words with this number, or None: they are only where a new question began."""
    if not (typed.isascii() and typed.isdigit() and len(typed) < 10):
        return None
    return MissedSearch.objects.filter(desk__in=desks_for(user), pk=int(typed)).first()
