"""Questions among the answers of the operator's one search."""

from collections.abc import Iterator

from django.urls import reverse

from helpdesk.grams import grams
from helpdesk.models import Question
from helpdesk.questions.spelling import spelt, weighed
from helpdesk.search import Answer

# Fewer shared pairs say only that both are Japanese.
ENOUGH = 0.3
# Candidates that share a pair are weighed in Python: far more than a desk has questions on one subject.
MOST_WEIGHED = 300
# What stands in the question itself says more than what stands in its answer.
TITLE_WEIGHT, WORDS_WEIGHT, ANSWER_WEIGHT = 1.0, 0.9, 0.35


def questions_found(desk: str, words: str) -> Iterator[Answer]:
    """The desk's published questions that answer the words, in no particular order."""
    for question, value in found(desk, words):
        yield Answer(
            "質問と回答",
            question.title,
            question.answer.splitlines(),
            score=value,
            question=question.pk,
            url=reverse("helpdesk:question", args=[question.pk]),
        )


def found(desk: str, words: str) -> list[tuple[Question, float]]:
    """Questions with how well they answer the words, the best first."""
    wanted = weighed(words)
    if not wanted:
        return []
    candidates = Question.objects.published(desk).sharing(list(wanted))[:MOST_WEIGHED]
    values = [(question, value_of(question, wanted)) for question in candidates]
    return sorted((pair for pair in values if pair[1] >= ENOUGH), key=lambda pair: -pair[1])


def value_of(question: Question, wanted: dict[str, float]) -> float:
    """The share of what was asked that the question holds, each pair counted where it says most; at most about 1."""
    title, others = set(grams(*spelt(question.title).split())), set(grams(*spelt(question.other_words).split()))
    answer = set(grams(*spelt(question.answer).split()))
    total = sum(
        weight * (TITLE_WEIGHT if pair in title else WORDS_WEIGHT if pair in others else ANSWER_WEIGHT)
        for pair, weight in wanted.items()
        if pair in title | others | answer
    )
    # A short question that is asked whole goes before a long one that mentions it.
    covered = len(title & wanted.keys()) / len(title) if title else 0.0
    return total / sum(wanted.values()) + 0.1 * covered
