"""Writing questions and answers, and what operators say of them."""

from dataclasses import dataclass
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.roles import Role
from audit.actions import record
from audit.actors import Actor
from documents.actions import Content, document_create, version_begin, version_edit
from documents.models import EDITABLE, OPEN, Document, DocumentKind, Version
from helpdesk.desks import category_name
from helpdesk.errors import NothingPublished
from helpdesk.grams import grams
from helpdesk.models import DeskCode, MissedSearch, Question, QuestionState, Ticket
from helpdesk.personal import refuse_personal
from helpdesk.questions.spelling import spelt

READERS = {DeskCode.CITIZEN: [Role.OPERATOR, Role.BUREAU], DeskCode.HELPDESK: [Role.HELPDESK_AGENT, Role.BUREAU]}


@dataclass(frozen=True, slots=True)
class Written:
    """What somebody wrote."""

    category: str
    title: str
    other_words: str
    answer: str
    state: QuestionState


@transaction.atomic
def question_write(
    *,
    key: UUID,
    desk: DeskCode,
    written: Written,
    by: Actor,
    source: Ticket | None = None,
    missed: MissedSearch | None = None,
) -> Question:
    """A new question, or the one with this key written anew. Raises PersonalDataRefused: everybody reads answers.

    `source` is the inquiry it came from, `missed` the words that found nothing before.
    """
    refuse_personal(written.title, written.other_words, written.answer)
    question = Question.objects.select_for_update().filter(key=key).first() or Question(key=key, desk=desk)
    made = question.pk is None
    question.category, question.state = written.category, written.state
    question.title, question.other_words, question.answer = written.title, written.other_words, written.answer
    question.grams = grams(*spelt(f"{written.title} {written.other_words} {written.answer}").split())
    question.source = source or question.source
    question.written_by_id = by.user_id
    question.save()
    if missed:
        MissedSearch.objects.filter(pk=missed.pk).update(answered_by=question)
    action = "question.written" if made else "question.rewritten"
    record(action=action, subject=question, by=by, detail={"state": written.state})
    return question


@transaction.atomic
def question_judge(*, question: Question, helped: bool, by: Actor) -> None:
    """An operator says whether the answer was the right one."""
    counter = "helped" if helped else "not_helped"
    Question.objects.filter(pk=question.pk).update(**{counter: F(counter) + 1})
    record(action="question.judged", subject=question, by=by, detail={"helped": helped})


@transaction.atomic
def search_missed(*, desk: DeskCode, words: str, by: Actor) -> MissedSearch:
    """Note words that found nothing. Raises PersonalDataRefused: names and numbers of callers are no question."""
    refuse_personal(words)
    missed, made = MissedSearch.objects.select_for_update().get_or_create(
        desk=desk, words=words[:100], defaults={"last_at": timezone.now()}
    )
    if not made:
        missed.count += 1
        missed.last_at = timezone.now()
        missed.answered_by = None
        missed.save()
    record(action="question.missed", subject=missed, by=by)
    return missed


@transaction.atomic
def collection_draft(*, desk: DeskCode, by: Actor) -> Version:
    """The desk's published questions as the next draft of its collection, for the city's approval (yatsushiro-07).

    Raises NothingPublished; OpenVersion while the city looks at the one before.
    """
    text = _as_markdown(desk)
    content = Content(changes=f"{timezone.localdate():%Y年%-m月%-d日}の質問と回答です。", text=text)
    key = uuid5(NAMESPACE_URL, f"questions:{desk}")
    document = Document.objects.filter(key=key).first()
    if document is None:
        document = document_create(
            key=key,
            kind=DocumentKind.QUESTIONS,
            title=f"質問と回答集（{DeskCode(desk).label}）",
            audience=READERS[desk],
            must_confirm=False,
            content=content,
            by=by,
        )
        return document.versions.get(number=1)
    on_its_way = document.versions.filter(state__in=OPEN).first()
    if on_its_way and on_its_way.state in EDITABLE:
        return version_edit(version=on_its_way, content=content, by=by)
    return version_begin(document=document, content=content, by=by)


def _as_markdown(desk: DeskCode) -> str:
    parts: list[str] = []
    category = ""
    for question in Question.objects.published(desk).order_by("category", "title"):
        if question.category != category:
            category = question.category
            parts.append(f"# {category_name(desk, category)}")
        answer = "\n\n".join(question.answer.splitlines())
        parts.append(f"## {question.title}\n\n{answer}")
    if not parts:
        raise NothingPublished
    return "\n\n".join(parts)
