"""The counter's end: pictures go up one by one, then the case goes to the city."""

import hashlib
import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import StaffRequest, actor_of, requires
from audit.errors import Refused
from counters.access import visit_for
from counters.models import Visit
from review.access import image_of_own_office
from review.actions import case_open, case_submit, image_add, image_remove, plan_choose
from review.errors import PictureDamaged
from review.forms_capture import PlanForm
from review.models import DocumentKind
from writing.forms import Form

NOT_RECEIVED = "写真を受け取れませんでした。写真を選んで、もう一度送ってください。受け取れる大きさは12MBまでです。"
EMPTY = "写真のファイルが空です。もう一度撮影して送ってください。"


class PictureForm(Form):
    """One picture. The tablet names it and says its SHA-256; a plain form sends neither."""

    kind = forms.ChoiceField(label="書類の種類", choices=DocumentKind)
    document = forms.SlugField(label="本人確認書類", max_length=50, required=False)
    image_id = forms.UUIDField(label="画像番号", required=False)
    sha256 = forms.RegexField(label="照合値", regex=r"\A[0-9a-fA-F]{64}\Z", required=False)
    # Django leaves a file over the limit out, so its absence says both.
    file = forms.FileField(label="写真", error_messages={"required": NOT_RECEIVED, "empty": EMPTY})


@require_POST
@requires("review.capture")
def image_upload(request: StaffRequest, visit_pk: int) -> HttpResponse:
    """Keep one picture. A plain form comes back to the visit.

    A script gets JSON: `message`, and `state`: stored, again (send the same once more) or refused.
    """
    visit = visit_for(request.user, visit_pk)
    form = PictureForm(request.POST, request.FILES)
    if not form.is_valid():
        said = " ".join(str(error) for errors in form.errors.values() for error in errors)
        return _answer(request, visit, "refused", said)
    try:
        _keep(request, visit, form.cleaned_data)
    except PictureDamaged as damage:
        return _answer(request, visit, "again", damage.message)
    except Refused as refusal:
        return _answer(request, visit, "refused", refusal.message)
    return _answer(request, visit, "stored", "サーバーに保存しました。")


def _keep(request: StaffRequest, visit: Visit, typed: dict[str, Any]) -> None:
    upload: bytes = typed["file"].read()
    by = actor_of(request)
    image_add(
        case=case_open(visit=visit, by=by),
        image_id=typed["image_id"] or uuid.uuid4(),
        kind=DocumentKind(typed["kind"]),
        sha256=typed["sha256"] or hashlib.sha256(upload).hexdigest(),
        upload=upload,
        document=typed["document"],
        by=by,
    )


def _answer(request: StaffRequest, visit: Visit, state: str, message: str) -> HttpResponse:
    if request.accepts("application/json") and not request.accepts("text/html"):
        return JsonResponse({"state": state, "message": message}, status=201 if state == "stored" else 422)
    if state != "stored":
        messages.error(request, message)
    return redirect("counters:visit", visit.pk)


@require_safe
@requires("review.capture")
def pictures(request: StaffRequest, visit_pk: int) -> HttpResponse:
    """The pictures of the present attempt, as they lie on the server."""
    visit = visit_for(request.user, visit_pk)
    return render(request, "review/capture/_pictures.html", {"visit": visit, "case": getattr(visit, "case", None)})


@require_http_methods(["GET", "POST"])
@requires("review.capture")
def plan(request: StaffRequest, visit_pk: int) -> HttpResponse:
    """Which identity documents the person brought."""
    visit = visit_for(request.user, visit_pk)
    form = PlanForm(request.POST if request.method == "POST" else None, visit=visit)
    refusal = ""
    if form.is_valid():
        by = actor_of(request)
        try:
            plan_choose(case=case_open(visit=visit, by=by), by=by, **form.cleaned_data)
            return redirect("counters:visit", visit.pk)
        except Refused as refused:
            refusal = refused.message
    context = {"visit": visit, "plan_form": form, "form": form, "refusal": refusal}
    return render(request, "review/capture/plan.html", context, status=422 if form.is_bound else 200)


@require_POST
@requires("review.capture")
def image_take_out(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """Take a picture out before it is sent for review."""
    image = image_of_own_office(request.user, pk)
    try:
        image_remove(image=image, by=actor_of(request))
    except Refused as refusal:
        messages.error(request, refusal.message)
    return redirect("counters:visit", image.case.visit_id)


@require_POST
@requires("review.capture")
def submit(request: StaffRequest, visit_pk: int) -> HttpResponse:
    """Send the visit's pictures to the city."""
    by = actor_of(request)
    visit = visit_for(request.user, visit_pk)
    try:
        case_submit(case=case_open(visit=visit, by=by), by=by)
    except Refused as refusal:
        messages.error(request, refusal.message)
    return redirect("counters:visit", visit.pk)
