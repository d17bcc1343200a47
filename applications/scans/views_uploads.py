"""Scans in pieces, after the manner of tus: begin (POST), ask how much arrived (HEAD), send on (PATCH)."""

from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import StaffRequest, actor_of, requires
from applications.models import ScanFile, ScanUpload
from applications.scans.access import scan_upload_for
from applications.scans.errors import PieceDamaged, PieceElsewhere
from applications.scans.forms import PieceForm, UploadForm
from applications.scans.uploads import scan_upload_begin, scan_upload_take
from audit.errors import Refused

STORED = "受け取りました。読み取りは自動で進みます。"
ON_ITS_WAY = "送っています。"


@never_cache
@require_POST
@requires("applications.scan")
def begin(request: StaffRequest) -> HttpResponse:
    """Begin a file, or find out where to go on with it. JSON: `state`, `message`, and `url` and `offset` while open."""
    form = UploadForm(request.POST)
    if not form.is_valid():
        return _said("refused", "ファイルの情報を読み取れませんでした。画面を開き直してください。", 422)
    try:
        return _state(scan_upload_begin(**form.cleaned_data, by=actor_of(request)))
    except Refused as refused:
        return _said("refused", refused.message, 422)


@never_cache
@require_http_methods(["GET", "HEAD", "PATCH"])
@requires("applications.scan")
def upload(request: StaffRequest, pk: UUID) -> HttpResponse:
    """HEAD: how many bytes have arrived (`Upload-Offset`). PATCH: the bytes from that offset on."""
    held = scan_upload_for(request.user, pk)
    if request.method != "PATCH":
        return _state(held)
    form = PieceForm({"offset": request.headers.get("Upload-Offset"), "sha256": request.headers.get("Upload-Checksum")})
    if not form.is_valid():
        return _said("again", PieceDamaged.message, 409)
    try:
        return _state(scan_upload_take(upload=held, data=request.body, by=actor_of(request), **form.cleaned_data))
    except (PieceElsewhere, PieceDamaged) as trouble:
        return _said("again", trouble.message, 409)
    except Refused as refused:
        return _said("refused", refused.message, 422)


def _state(held: ScanUpload | ScanFile) -> HttpResponse:
    if isinstance(held, ScanFile):
        return _said("stored", STORED, 201)
    said = {"state": "open", "message": ON_ITS_WAY, "id": str(held.pk), "offset": held.received, "size": held.size}
    return JsonResponse(said, headers={"Upload-Offset": str(held.received), "Upload-Length": str(held.size)})


def _said(state: str, message: str, status: int) -> HttpResponse:
    return JsonResponse({"state": state, "message": message}, status=status)
