"""Scanned files and their pages: sending in, and finding by hand what the code did not tell."""

from collections.abc import Callable, Iterator
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import StaffRequest, actor_of, requires
from applications.models import PageState, ScanFile, ScanPage, ScanState
from applications.scans.access import application_of_paper, scan_file_for, scan_page_for
from applications.scans.forms import AssignForm
from applications.scans.matching import page_assign, page_continue, page_set_aside
from applications.scans.reading import MOST_PAGES
from applications.scans.receiving import MOST_BYTES, scan_receive
from applications.scans.viewing import file_take_out, page_view
from audit.errors import Refused
from vault.malware import Malware

PER_PAGE = 50


@require_http_methods(["GET", "POST"])
@requires("applications.scan")
def files(request: StaffRequest) -> HttpResponse:
    """What has come in and what waits for a hand; POST takes files, each for itself."""
    if request.method == "POST":
        _receive(request)
        return redirect("scans:files")
    open_pages = Count("pages", filter=Q(pages__state=PageState.OPEN))
    matched = Count("pages", filter=Q(pages__state=PageState.MATCHED))
    counted = ScanFile.objects.annotate(all=Count("pages"), open=open_pages, matched=matched)
    rows = counted.select_related("received_by").order_by("-received_at", "-pk")
    waiting = ScanPage.objects.filter(state=PageState.OPEN)
    context = {
        "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "open_pages": waiting.count(),
        "first_open": waiting.order_by("file", "number").first(),
        "reading": ScanFile.objects.filter(state=ScanState.WAITING).exists(),
        "most_megabytes": MOST_BYTES // 1024 // 1024,
        "most_pages": MOST_PAGES,
    }
    return render(request, "applications/scans/files.html", context)


def _receive(request: StaffRequest) -> None:
    """One that is refused keeps no other back."""
    sent = request.FILES.getlist("files")
    if not sent:
        messages.error(request, "PDFファイルを選んでください。")
    taken = 0
    for file in sent:
        try:
            scan_receive(filename=file.name or "", data=file.read(), by=actor_of(request))
            taken += 1
        except Refused as refused:
            messages.error(request, f"{file.name}：{refused.message}")
    if taken:
        messages.success(request, f"{taken}件を受け取りました。読み取りは自動で進みます。")


@require_safe
@requires("applications.scan")
def original_file(request: StaffRequest, pk: int) -> HttpResponseBase:
    """The file as it came, as a download that no browser opens. Never one that may carry a virus."""
    file = scan_file_for(request.user, pk)
    if file.malware == Malware.INFECTED:
        raise Http404
    try:
        data = file_take_out(file=file, by=actor_of(request))
    except Refused as refused:
        messages.error(request, refused.message)
        return redirect("scans:files")
    return _bytes(data, "application/octet-stream", f'attachment; filename="scan-{pk}.bin"')


@require_http_methods(["GET", "POST"])
@requires("applications.scan")
def page(request: StaffRequest, pk: int) -> HttpResponse:
    """One page beside the question whose it is."""
    held = scan_page_for(request.user, pk)
    form = AssignForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        application = application_of_paper(request.user, form.cleaned_data["number"])
        if application is None:
            form.add_error("number", "この番号の申請書はありません。紙の番号を確かめてください。")
        else:
            turned = _turn(request.POST.get("turned", ""), held.turned)
            by = actor_of(request)
            return _then(request, held, lambda: page_assign(page=held, application=application, turned=turned, by=by))
    waiting = ScanPage.objects.filter(state=PageState.OPEN)
    turned = _turn(request.GET.get("turned", ""), held.turned)
    context = {
        "scan": held,
        "form": form,
        "turned": turned,
        "next_turn": (turned + 90) % 360,
        "open_pages": waiting.count(),
        "before": ScanPage.objects.filter(file=held.file, number__lt=held.number).last(),
        "shown": held.file.state == ScanState.READ,
    }
    return render(request, "applications/scans/page.html", context, status=422 if form.is_bound else 200)


def _turn(text: str, otherwise: int) -> int:
    return int(text) if text in ("0", "90", "180", "270") else otherwise


@require_safe
@requires("applications.scan")
def picture(request: StaffRequest, pk: int) -> HttpResponseBase:
    """The page drawn anew to pixels: also of a file that no scanner has seen. The look is recorded."""
    held = scan_page_for(request.user, pk)
    try:
        data = page_view(page=held, turned=_turn(request.GET.get("turned", ""), held.turned), by=actor_of(request))
    except Refused as refused:
        raise Http404 from refused
    return _bytes(data, "image/jpeg", "inline")


@require_POST
@requires("applications.scan")
def go_on(request: StaffRequest, pk: int) -> HttpResponse:
    held = scan_page_for(request.user, pk)
    return _then(request, held, lambda: page_continue(page=held, by=actor_of(request)))


@require_POST
@requires("applications.scan")
def set_aside(request: StaffRequest, pk: int) -> HttpResponse:
    held = scan_page_for(request.user, pk)
    return _then(request, held, lambda: page_set_aside(page=held, by=actor_of(request)))


def _then(request: StaffRequest, held: ScanPage, act: Callable[[], Any]) -> HttpResponse:
    """Do it, and on to the next page that waits; a refusal stays with its page."""
    try:
        act()
    except Refused as refused:
        messages.error(request, refused.message)
        return redirect("scans:page", held.pk)
    following = ScanPage.objects.filter(state=PageState.OPEN).order_by("file", "number").first()
    if following is None:
        messages.success(request, "手作業を待つページはなくなりました。")
        return redirect("scans:files")
    return redirect("scans:page", following.pk)


def _bytes(data: bytes | Iterator[bytes], content_type: str, disposition: str) -> HttpResponseBase:
    headers = {
        "Content-Disposition": disposition,
        "Cache-Control": "no-store, private",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Cross-Origin-Resource-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
    }
    if isinstance(data, bytes):
        return HttpResponse(data, content_type=content_type, headers=headers)
    return StreamingHttpResponse(data, content_type=content_type, headers=headers)
