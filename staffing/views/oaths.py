"""Oaths: who has signed, who still has to, and the papers."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import StaffRequest, actor_of, requires
from postoffices.city import current_city
from staffing.access import oath_for
from staffing.actions import oath_hand_in, oath_prepare, oath_sign, oath_void, paper_take_out
from staffing.forms.oaths import HandInForm, PrepareForm, SignForm, VoidForm
from staffing.models import Oath, OathOccasion, OathState, unsworn_accounts, unsworn_workers
from staffing.pages import FormPage, form_page, paper_response
from staffing.papers import oath_pdf
from vault.responses import object_response

HOME = "staffing:oaths"
ANY_METHOD = ["GET", "HEAD", "POST"]


@require_safe
@requires("staffing.view")
def oaths(request: StaffRequest) -> HttpResponse:
    waiting = [OathState.PREPARED, OathState.SIGNED]
    context = {
        "unsworn": unsworn_workers(),
        "accounts": unsworn_accounts(list(current_city().rules.staffing.sworn_roles)),
        "waiting": Oath.objects.filter(state__in=waiting).select_related("worker", "form"),
        "oaths": Oath.objects.exclude(state__in=waiting).select_related("worker", "form"),
        "may_manage": request.user.may("staffing.manage"),
        "tab": "oaths",
    }
    return render(request, "staffing/oaths.html", context)


@require_http_methods(ANY_METHOD)
@requires("staffing.manage")
def prepare(request: StaffRequest) -> HttpResponse:
    form = PrepareForm(request.POST or None, initial={"worker": request.GET.get("worker")})

    def save() -> str:
        typed = form.cleaned_data
        occasion = OathOccasion(typed["occasion"])
        oath_prepare(key=typed["key"], worker=typed["worker"], occasion=occasion, by=actor_of(request))
        return f"{typed['worker'].name}さんの誓約書を用意しました。PDFを印刷し、署名してもらってください。"

    return form_page(request, form, FormPage("誓約書を用意する", "用意する", reverse(HOME)), save)


@require_http_methods(ANY_METHOD)
@requires("staffing.manage")
def sign(request: StaffRequest, pk: int) -> HttpResponse:
    oath = oath_for(request.user, pk)
    form = SignForm(request.POST or None, request.FILES or None, initial={"signed_on": timezone.localdate()})

    def save() -> str:
        scan = form.cleaned_data["scan"]
        data = scan.read() if scan else b""
        oath_sign(oath=oath, signed_on=form.cleaned_data["signed_on"], scan=data, by=actor_of(request))
        return f"{oath.worker.name}さんの署名を記録しました。"

    return form_page(request, form, FormPage(f"{oath.worker.name}さんの署名", "記録する", reverse(HOME)), save)


@require_http_methods(ANY_METHOD)
@requires("staffing.manage")
def hand_in(request: StaffRequest, pk: int) -> HttpResponse:
    oath = oath_for(request.user, pk)
    form = HandInForm(request.POST or None, initial={"handed_in_on": timezone.localdate()})

    def save() -> str:
        oath_hand_in(oath=oath, handed_in_on=form.cleaned_data["handed_in_on"], by=actor_of(request))
        return f"{oath.worker.name}さんの誓約書を市に提出したことを記録しました。"

    page = FormPage(f"{oath.worker.name}さんの誓約書の提出", "記録する", reverse(HOME))
    return form_page(request, form, page, save)


@require_http_methods(ANY_METHOD)
@requires("staffing.manage")
def void(request: StaffRequest, pk: int) -> HttpResponse:
    oath = oath_for(request.user, pk)
    form = VoidForm(request.POST or None)

    def save() -> str:
        oath_void(oath=oath, reason=form.cleaned_data["void_reason"], by=actor_of(request))
        return f"{oath.worker.name}さんの誓約書を取り消しました。"

    page = FormPage(f"{oath.worker.name}さんの誓約書を取り消す", "取り消す", reverse(HOME))
    return form_page(request, form, page, save)


@require_safe
@requires("staffing.view")
def oath_file(request: StaffRequest, pk: int) -> HttpResponse:
    """The paper to be signed."""
    oath = oath_for(request.user, pk)
    written = oath_pdf(oath)
    paper_take_out(paper="oath", by=actor_of(request))
    return paper_response(written, f"誓約書_{oath.pk}.pdf")


@require_safe
@requires("staffing.view")
def oath_scan(request: StaffRequest, pk: int) -> HttpResponse:
    """The signed paper from the vault. Raises Http404 where there is none."""
    oath = oath_for(request.user, pk)
    if oath.scan is None:
        raise Http404
    response = object_response(request, oath.scan, actor_of(request), "oath")
    name = f"誓約書（署名済み）_{oath.pk}.pdf"
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    return response
