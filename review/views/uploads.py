"""Pictures in pieces, after the manner of tus: begin (POST), ask how much arrived (HEAD), send on (PATCH)."""

import base64
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import StaffRequest, actor_of, requires
from audit.errors import Refused
from counters.access import visit_for
from review.access import key_is_anothers, picture_kept, upload_of_own_office
from review.actions import case_open, tablet_key_get, upload_begin, upload_take
from review.actions.capture import About
from review.errors import OtherWorker, PictureDamaged, PieceDamaged, PieceElsewhere, VisitOver
from review.models import CaseImage, DocumentKind, PendingUpload
from vault.pieces import key_lent
from writing.forms import Form

STORED = "サーバーに保存しました。"
ON_ITS_WAY = "送っています。"
SHA256 = r"\A[0-9a-fA-F]{64}\Z"


class UploadForm(Form):
    """What the tablet announces before it sends."""

    kind = forms.ChoiceField(label="書類の種類", choices=DocumentKind)
    document = forms.SlugField(label="本人確認書類", max_length=50, required=False)
    boxes = forms.IntegerField(label="黒塗りの数", min_value=0, max_value=1000)
    image_id = forms.UUIDField(label="画像番号")
    sha256 = forms.RegexField(label="照合値", regex=SHA256)
    size = forms.IntegerField(label="大きさ", min_value=1)
    tablet_key = forms.UUIDField(label="タブレットの鍵", required=False)

    def about(self) -> About:
        """The announced picture; after `is_valid`."""
        typed = self.cleaned_data
        kind = DocumentKind(typed["kind"])
        return About(typed["image_id"], kind, typed["sha256"].lower(), typed["document"], typed["boxes"])


class PieceForm(Form):
    """The headers of a piece."""

    offset = forms.IntegerField(label="位置", min_value=0)
    sha256 = forms.RegexField(label="照合値", regex=SHA256)


@never_cache
@require_POST
@requires("review.capture")
def begin(request: StaffRequest, visit_pk: int) -> HttpResponse:
    """Begin a picture, or find out where to go on with it. JSON: `state`, `message`, and `offset` while open."""
    visit = visit_for(request.user, visit_pk)
    form = UploadForm(request.POST)
    if not form.is_valid():
        return _refused(" ".join(str(error) for errors in form.errors.values() for error in errors))
    if key_is_anothers(request.user, form.cleaned_data["tablet_key"]):
        return _again(OtherWorker())
    by = actor_of(request)
    try:
        size = form.cleaned_data["size"]
        return _state(upload_begin(case=case_open(visit=visit, by=by), about=form.about(), size=size, by=by))
    except PictureDamaged as damage:
        return _again(damage)
    except Refused as refusal:
        return _refused(refusal.message)


@never_cache
@require_http_methods(["GET", "HEAD", "PATCH"])
@requires("review.capture")
def upload(request: StaffRequest, pk: UUID) -> HttpResponse:
    """HEAD: how many bytes have arrived (`Upload-Offset`). PATCH: the bytes from that offset on."""
    if kept := picture_kept(request.user, pk):
        return _state(kept)
    held = upload_of_own_office(request.user, pk)
    if request.method != "PATCH":
        return _state(held)
    form = PieceForm({"offset": request.headers.get("Upload-Offset"), "sha256": request.headers.get("Upload-Checksum")})
    if not form.is_valid():
        return _again(PieceDamaged())
    try:
        return _state(upload_take(upload=held, data=request.body, by=actor_of(request), **form.cleaned_data))
    except (PieceElsewhere, PieceDamaged, PictureDamaged) as trouble:
        return _again(trouble)
    except Refused as refusal:
        return _refused(refusal.message)


@never_cache
@require_POST
@requires("review.capture")
def tablet_key(request: StaffRequest, visit_pk: int) -> HttpResponse:
    """The key that seals this worker's pictures of this visit on the tablet; 410 once the visit is over."""
    visit = visit_for(request.user, visit_pk)
    try:
        key = tablet_key_get(visit=visit, user=request.user, by=actor_of(request))
    except VisitOver as over:
        return JsonResponse({"state": "over", "message": over.message}, status=410)
    lent = base64.b64encode(key_lent(key.wrapped_key)).decode()
    return JsonResponse({"state": "open", "id": str(key.pk), "key": lent}, headers={"Cache-Control": "no-store"})


def _state(held: PendingUpload | CaseImage) -> HttpResponse:
    if isinstance(held, CaseImage):
        return JsonResponse({"state": "stored", "message": STORED}, status=201)
    said: dict[str, Any] = {"state": "open", "message": ON_ITS_WAY, "offset": held.received, "size": held.size}
    headers = {"Upload-Offset": str(held.received), "Upload-Length": str(held.size)}
    return JsonResponse(said, headers=headers)


def _again(trouble: Refused) -> HttpResponse:
    return JsonResponse({"state": "again", "message": trouble.message}, status=409)


def _refused(message: str) -> HttpResponse:
    return JsonResponse({"state": "refused", "message": message}, status=422)
