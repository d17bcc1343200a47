"""The desk's questions: list, one to read or write, the judgement of an answer, and what was asked in vain."""

from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import StaffRequest, actor_of, requires
from audit.errors import Refused
from helpdesk.access import desk_for, desks_for, ticket_by_number
from helpdesk.desks import category_name
from helpdesk.models import DeskCode, MissedSearch, NoteKind, Question, QuestionState, Ticket
from helpdesk.questions.access import missed_for, question_for
from helpdesk.questions.actions import collection_draft, question_judge, question_write, search_missed
from helpdesk.questions.finding import found
from helpdesk.questions.forms import QuestionForm
from writing.text import normalised

INVALID = 422
MISSED_SHOWN = 20
WORDS = 100


@require_safe
@requires("helpdesk.work")
def questions(request: StaffRequest) -> HttpResponse:
    """All questions of a desk, or those that answer the words; beside them what found nothing."""
    desk = desk_for(request.user, request.GET.get("desk", ""))
    state = request.GET.get("state", "")
    state = state if state in QuestionState.values else QuestionState.PUBLISHED
    words = normalised(request.GET.get("q", ""))[:WORDS]
    listed = Question.objects.filter(desk=desk, state=state).order_by("category", "title")
    rows = [question for question, _ in found(desk, words)] if words else list(listed)
    context = {
        "desk": desk,
        "desks": [(code, DeskCode(code).label) for code in desks_for(request.user)],
        "states": QuestionState.choices,
        "state": state,
        "words": words,
        "rows": [(question, category_name(desk, question.category)) for question in rows],
        "missed": MissedSearch.objects.filter(desk=desk, answered_by=None).order_by("-count", "-last_at")[
            :MISSED_SHOWN
        ],
        "may_submit": request.user.may("helpdesk.collection"),
    }
    return render(request, "helpdesk/questions/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("helpdesk.work")
def question_new(request: StaffRequest) -> HttpResponse:
    """A new question: empty, from a solved inquiry (`ticket`), or from words that found nothing (`missed`)."""
    source = ticket_by_number(request.user, request.GET.get("ticket", ""))
    missed = missed_for(request.user, request.GET.get("missed", ""))
    desk = DeskCode(source.desk) if source else desk_for(request.user, request.GET.get("desk", ""))
    initial = {"key": uuid4()} | _begun(source) | ({"title": missed.words} if missed else {})
    form = QuestionForm(request.POST if request.method == "POST" else None, desk=desk, initial=initial)
    if form.is_bound and form.is_valid():
        question = question_write(
            key=form.cleaned_data["key"], desk=desk, written=form.written(), source=source, missed=missed,
            by=actor_of(request),
        )  # fmt: skip
        return _kept(request, question)
    return _page(request, form, desk, None)


def _begun(source: Ticket | None) -> dict[str, object]:
    """What a solved inquiry gives: its subject, its category and the last answer that went out."""
    if source is None:
        return {}
    answer = source.notes.filter(kind=NoteKind.OUTSIDE).order_by("-at").first()
    return {"title": source.title, "category": source.category, "answer": answer.text if answer else ""}


@require_http_methods(["GET", "HEAD", "POST"])
@requires("helpdesk.work")
def question(request: StaffRequest, pk: int) -> HttpResponse:
    held = question_for(request.user, pk)
    desk = DeskCode(held.desk)
    initial = {name: getattr(held, name) for name in ("key", "title", "other_words", "answer", "category")}
    form = QuestionForm(request.POST if request.method == "POST" else None, desk=desk, initial=initial)
    if form.is_bound and form.is_valid():
        written = question_write(key=held.key, desk=desk, written=form.written(), by=actor_of(request))
        return _kept(request, written)
    return _page(request, form, desk, held)


def _kept(request: StaffRequest, question: Question) -> HttpResponse:
    said = {
        "published": "を公開しました。",
        "draft": "を下書きに保存しました。",
        "retired": "を使わないことにしました。",
    }
    messages.success(request, f"「{question.title}」{said[question.state]}")
    return redirect(f"{reverse('helpdesk:questions')}?desk={question.desk}&state={question.state}")


def _page(request: StaffRequest, form: QuestionForm, desk: DeskCode, held: Question | None) -> HttpResponse:
    context = {"form": form, "desk": desk, "question": held}
    return render(request, "helpdesk/questions/question.html", context, status=INVALID if form.errors else 200)


@require_POST
@requires("helpdesk.work")
def judge(request: StaffRequest, pk: int) -> HttpResponse:
    """「役に立った」 or 「違った」, beside an answer of the search."""
    held = question_for(request.user, pk)
    question_judge(question=held, helped=request.POST.get("helped") == "1", by=actor_of(request))
    if request.headers.get("HX-Request"):
        return render(request, "helpdesk/questions/_judged.html")
    messages.success(request, "ありがとうございます。記録しました。")
    return redirect("helpdesk:question", pk)


@require_POST
@requires("helpdesk.work")
def missed(request: StaffRequest) -> HttpResponse:
    """Put the words that found nothing on the list of what is still to be written."""
    desk = desk_for(request.user, request.POST.get("desk", ""))
    words = normalised(request.POST.get("q", ""))[:WORDS]
    said = "この言葉を、答えを書く一覧に加えました。"
    try:
        if words:
            search_missed(desk=desk, words=words, by=actor_of(request))
    except Refused as refused:
        said = refused.message
    if request.headers.get("HX-Request"):
        return render(request, "helpdesk/questions/_judged.html", {"said": said})
    messages.info(request, said)
    return redirect(f"{reverse('helpdesk:questions')}?desk={desk}")


@require_POST
@requires("helpdesk.collection")
def collection(request: StaffRequest) -> HttpResponse:
    """The published questions as a draft of the collection that the city approves."""
    desk = desk_for(request.user, request.POST.get("desk", ""))
    try:
        version = collection_draft(desk=desk, by=actor_of(request))
    except Refused as refused:
        messages.error(request, refused.message)
        return redirect(f"{reverse('helpdesk:questions')}?desk={desk}")
    return redirect("documents:version", version.document_id, version.number)
