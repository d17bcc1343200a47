"""For readers: the list, the newest approved version, its PDF, and the confirmation of having read it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST, require_safe

from accounts.access import StaffRequest, actor_of, requires
from audit.errors import Refused
from documents.access import document_for, documents_for, follows, version_for
from documents.actions import reading_confirm
from documents.listing import Chosen, kind_chips, listed
from documents.markup import as_html
from documents.models import HANDED_OUT, Version, VersionState
from documents.papers import version_pdf as paper_of
from documents.roster import outdated
from live.grants import grant
from vault.responses import object_response

TOPICS = ["documents"]


@require_safe
@requires("documents.read")
def document_list(request: StaffRequest) -> HttpResponse:
    """Documents within reach, those still to be read first."""
    chosen = Chosen.of(request.GET)
    context = {
        "documents": listed(request.user, chosen),
        "chips": kind_chips(request.user, chosen),
        "chosen": chosen,
        "follows": follows(request.user),
        "may_write": request.user.may("documents.write"),
        "live_grant": grant(request, TOPICS),
    }
    return render(request, "documents/list.html", context)


@require_safe
@requires("documents.read")
def document(request: StaffRequest, pk: int) -> HttpResponse:
    """What is published. Those who follow the document see its versions beside it."""
    document = document_for(request.user, pk)
    return render(request, "documents/document.html", _context(request, document.pk))


def _context(request: StaffRequest, pk: int) -> dict[str, object]:
    document = document_for(request.user, pk)
    published = document.versions.filter(state=VersionState.PUBLISHED).select_related("decided_by", "file").first()
    reading = published.readings.filter(reader=request.user).first() if published else None
    is_reader = document.must_confirm and request.user.role in document.audience
    return {
        "document": document,
        "version": published,
        "body": as_html(published.shown) if published else "",
        "reading": reading,
        "asked_to_confirm": bool(published and is_reader and not reading),
        "follows": follows(request.user),
        "is_handed_out": document.kind in HANDED_OUT,
        "may_write": request.user.may("documents.write"),
        "versions": document.versions.select_related("decided_by").prefetch_related("authors"),
        "roster_changed": bool(published and outdated(published)),
        "live_grant": grant(request, TOPICS),
    }


@require_safe
@requires("documents.read")
def emergency(request: StaffRequest) -> HttpResponse:
    """The emergency plan in force, from every staff page by one press (fukutsu-12, kitakyushu-16)."""
    found = documents_for(request.user).at_hand().first()
    return redirect("documents:document", found.pk) if found else redirect("documents:list")


@require_POST
@requires("documents.read")
def confirm(request: StaffRequest, pk: int) -> HttpResponse:
    """「読みました」 for the version that was on the screen: a newer one has to be read first."""
    document = document_for(request.user, pk)
    number = request.POST.get("number", "")
    version = Version.objects.filter(document=document, number=int(number) if number.isdecimal() else 0).first()
    if version is None:
        return redirect("documents:document", pk)
    try:
        reading_confirm(version=version, reader=request.user, by=actor_of(request))
    except Refused as refused:
        context = _context(request, pk) | {"refusal": refused.message}
        return render(request, "documents/document.html", context, status=422)
    messages.success(request, f"「{document.title}」第{version.number}版を読んだことを記録しました。")
    return redirect("documents:document", pk)


@require_safe
@requires("documents.read")
def version_pdf(request: StaffRequest, pk: int, number: int) -> HttpResponse:
    """The version on paper with cover, version and approval; an uploaded file as it came, never opened inline."""
    version = version_for(request.user, pk, number)
    ending = version.file_kind.ending if version.file_kind else "pdf"
    name = f"{version.document.title}_第{version.number}版.{ending}"
    if version.file:
        response = object_response(request, version.file, actor_of(request), "document")
    else:
        response = HttpResponse(
            paper_of(version), content_type="application/pdf", headers={"Cache-Control": "no-store"}
        )
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    return response
