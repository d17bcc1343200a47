"""For the city and those who look after documents: a version with what changed, its decision, readers, distribution."""

from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import StaffRequest, actor_of, requires
from accounts.roles import Role
from audit.errors import Refused
from documents.access import document_for, version_for
from documents.actions import distribution_record, version_approve, version_return
from documents.differences import differences
from documents.forms import DistributionForm, ReturnForm
from documents.listing import readings_of
from documents.markup import as_html
from documents.models import EDITABLE, Distribution, Document, DocumentKind, Version, VersionState
from documents.roster import previewed
from live.grants import grant


@require_safe
@requires("documents.follow")
def version(request: StaffRequest, pk: int, number: int) -> HttpResponse:
    """A version as readers will see it, and what is different from the version before."""
    return version_page(request, version_for(request.user, pk, number))


def version_page(
    request: StaffRequest, version: Version, *, refusal: str = "", form: ReturnForm | None = None
) -> HttpResponse:
    """The page of a version; with status 422 when something was refused or typed wrongly."""
    version.refresh_from_db()
    before = version.document.versions.filter(number__lt=version.number).first()
    shown = version.shown or previewed(version.text)
    is_author = version.authors.filter(pk=request.user.pk).exists()
    waits_for_city = version.state == VersionState.SUBMITTED and request.user.may("documents.approve")
    context = {
        "version": version,
        "document": version.document,
        "body": as_html(shown),
        "audience": [Role(role).label for role in version.document.audience],
        "before": before,
        "lines": differences(before.shown or before.text, shown) if before and not version.file_id else [],
        "authors": version.authors.all(),
        "is_author": is_author,
        "may_decide": waits_for_city and not is_author,
        "may_write": request.user.may("documents.write"),
        "editable": version.state in EDITABLE,
        "form": form or ReturnForm(),
        "refusal": refusal,
        "live_grant": grant(request, ["documents"]),
    }
    wrong = bool(refusal or (form and form.errors))
    return render(request, "documents/version.html", context, status=422 if wrong else 200)


@require_POST
@requires("documents.approve")
def approve(request: StaffRequest, pk: int, number: int) -> HttpResponse:
    version = version_for(request.user, pk, number)
    try:
        version_approve(version=version, by=actor_of(request))
    except Refused as refused:
        return version_page(request, version, refusal=refused.message)
    messages.success(
        request, f"「{version.document.title}」第{number}版を承認しました。事務局が公開すると、読む人に届きます。"
    )
    return redirect("documents:version", pk, number)


@require_POST
@requires("documents.approve")
def send_back(request: StaffRequest, pk: int, number: int) -> HttpResponse:
    version = version_for(request.user, pk, number)
    form = ReturnForm(request.POST)
    if not form.is_valid():
        return version_page(request, version, form=form)
    try:
        version_return(version=version, remarks=form.cleaned_data["remarks"], by=actor_of(request))
    except Refused as refused:
        return version_page(request, version, refusal=refused.message, form=form)
    messages.success(request, f"「{version.document.title}」第{number}版を差し戻しました。")
    return redirect("documents:version", pk, number)


@require_safe
@requires("documents.follow")
def readers(request: StaffRequest, pk: int) -> HttpResponse:
    """Who has read the published version and who has not. Raises Http404 before anything is published."""
    document = document_for(request.user, pk)
    published = document.versions.filter(state=VersionState.PUBLISHED).select_related("document").first()
    if published is None:
        raise Http404
    done, missing = readings_of(published)
    context = {"document": document, "version": published, "done": done, "missing": missing}
    return render(request, "documents/readers.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("documents.follow")
def distribution(request: StaffRequest, pk: int) -> HttpResponse:
    """Where publicity went. Raises Http404 for other kinds and before the first publication."""
    document = document_for(request.user, pk)
    newest = document.versions.filter(state=VersionState.PUBLISHED).select_related("document").first()
    if document.kind != DocumentKind.PUBLICITY or newest is None:
        raise Http404
    if request.method == "POST" and not request.user.may("documents.write"):
        raise PermissionDenied
    form = DistributionForm(request.POST or None, initial={"key": uuid4(), "day": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        row = distribution_record(version=newest, by=actor_of(request), **form.cleaned_data)
        messages.success(request, f"{row.office or row.place}への配布{row.quantity:,}部を記録しました。")
        return redirect("documents:distribution", pk)
    context = _rows(document, form) | {"may_write": request.user.may("documents.write")}
    return render(request, "documents/distribution.html", context, status=422 if form.errors else 200)


def _rows(document: Document, form: DistributionForm) -> dict[str, object]:
    rows = Distribution.objects.filter(version__document=document).select_related("office", "version", "recorded_by")
    return {"document": document, "form": form, "rows": rows, "total": rows.with_total()}
