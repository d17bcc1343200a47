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
from documents.differences import differences, page_differences
from documents.files import NotReadable, page_picture
from documents.forms import DistributionForm, ReturnForm
from documents.listing import readings_of
from documents.markup import as_html
from documents.models import EDITABLE, HANDED_OUT, Distribution, Document, Version, VersionState
from documents.roster import previewed
from live.grants import grant
from vault.actions import object_read

MOST_PAGES_SHOWN = 60
PICTURE_WIDTH = 560  # pixels: two side by side on a desk's screen


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
    is_author = version.authors.filter(pk=request.user.pk).exists()
    waits_for_city = version.state == VersionState.SUBMITTED and request.user.may("documents.approve")
    context = {
        "version": version,
        "document": version.document,
        "audience": [Role(role).label for role in version.document.audience],
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
    return render(request, "documents/version.html", context | _compared(version), status=422 if wrong else 200)


def _compared(version: Version) -> dict[str, object]:
    """What the version says, and what the one before said otherwise: by line, or by page where a file is among them."""
    before = version.document.versions.filter(number__lt=version.number).select_related("file").first()
    shown = version.shown or previewed(version.text)
    compared: dict[str, object] = {"body": "" if version.file_id else as_html(shown), "before": before}
    if before is None:
        return compared
    if version.file_id or before.file_id:
        pages = [each.pages or [each.shown or each.text] for each in (before, version)]
        pictures = [bool(each.file_kind and each.file_kind.ending == "pdf") for each in (before, version)]
        return compared | {"changed_pages": page_differences(*pages)[:MOST_PAGES_SHOWN], "pictures": pictures}
    return compared | {"lines": differences(before.shown or before.text, shown)}


@require_safe
@requires("documents.follow")
def page(request: StaffRequest, pk: int, number: int, page: int) -> HttpResponse:
    """A page of a PDF as a picture, to compare it. The picture is made anew; the file itself is never opened inline."""
    version = version_for(request.user, pk, number)
    if version.file_kind is None or version.file_kind.ending != "pdf" or version.file is None:
        raise Http404
    try:
        content = object_read(held=version.file, by=actor_of(request), purpose="compare")
        picture = page_picture(content, page - 1, wide=PICTURE_WIDTH)
    except (IndexError, NotReadable) as error:
        raise Http404 from error
    return HttpResponse(picture, content_type="image/jpeg", headers={"Cache-Control": "no-store, private"})


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
    """Where publicity and material went. Raises Http404 for other kinds and before the first publication."""
    document = document_for(request.user, pk)
    newest = document.versions.filter(state=VersionState.PUBLISHED).select_related("document").first()
    if document.kind not in HANDED_OUT or newest is None:
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
