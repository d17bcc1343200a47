"""For authors: a new document, its drafts, handing in and publishing."""

from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import StaffRequest, actor_of, requires
from audit.errors import Refused
from documents.access import document_for, version_for
from documents.actions import document_create, version_begin, version_edit, version_publish, version_submit
from documents.forms import DocumentForm, VersionForm
from documents.models import OPEN, Document, DocumentKind, Version
from documents.views.following import version_page


@require_http_methods(["GET", "HEAD", "POST"])
@requires("documents.write")
def new(request: StaffRequest) -> HttpResponse:
    form = DocumentForm(request.POST or None, request.FILES or None, initial={"key": uuid4()})
    refusal = ""
    if request.method == "POST" and form.is_valid():
        try:
            document = _created(request, form)
        except Refused as refused:
            refusal = refused.message
        else:
            messages.success(
                request, f"「{document.title}」の下書きを保存しました。内容を確かめて、市に提出してください。"
            )
            return redirect("documents:version", document.pk, 1)
    context = {"form": form, "document": None, "refusal": refusal}
    return render(request, "documents/edit.html", context, status=422 if form.errors or refusal else 200)


def _created(request: StaffRequest, form: DocumentForm) -> Document:
    typed = form.cleaned_data
    return document_create(
        key=typed["key"],
        kind=DocumentKind(typed["kind"]),
        title=typed["title"],
        audience=typed["audience"],
        must_confirm=typed["must_confirm"],
        content=form.content(),
        by=actor_of(request),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires("documents.write")
def edit(request: StaffRequest, pk: int) -> HttpResponse:
    """The version on its way, or the next one, which begins with the text of the newest."""
    document = document_for(request.user, pk)
    on_its_way = document.versions.filter(state__in=OPEN).first()
    newest = document.versions.first()
    initial = {"text": newest.text if newest else "", "changes": on_its_way.changes if on_its_way else ""}
    form = VersionForm(request.POST or None, request.FILES or None, initial=initial, version=on_its_way)
    refusal = ""
    if request.method == "POST" and form.is_valid():
        try:
            version = _saved(request, document, on_its_way, form)
        except Refused as refused:
            refusal = refused.message
        else:
            messages.success(request, f"第{version.number}版の下書きを保存しました。")
            return redirect("documents:version", pk, version.number)
    context = {"form": form, "document": document, "version": on_its_way, "newest": newest, "refusal": refusal}
    return render(request, "documents/edit.html", context, status=422 if form.errors or refusal else 200)


def _saved(request: StaffRequest, document: Document, on_its_way: Version | None, form: VersionForm) -> Version:
    if on_its_way:
        return version_edit(version=on_its_way, content=form.content(), by=actor_of(request))
    return version_begin(document=document, content=form.content(), by=actor_of(request))


@require_POST
@requires("documents.write")
def submit(request: StaffRequest, pk: int, number: int) -> HttpResponse:
    version = version_for(request.user, pk, number)
    try:
        version_submit(version=version, by=actor_of(request))
    except Refused as refused:
        return version_page(request, version, refusal=refused.message)
    messages.success(request, f"「{version.document.title}」第{number}版を市に提出しました。")
    return redirect("documents:version", pk, number)


@require_POST
@requires("documents.write")
def publish(request: StaffRequest, pk: int, number: int) -> HttpResponse:
    version = version_for(request.user, pk, number)
    try:
        version_publish(version=version, by=actor_of(request))
    except Refused as refused:
        return version_page(request, version, refusal=refused.message)
    messages.success(request, f"「{version.document.title}」第{number}版を公開し、読む人に知らせました。")
    return redirect("documents:document", pk)
