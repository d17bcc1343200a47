"""Fees, receipts, and the slip for somebody who is sent on."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import StaffRequest, actor_of, requires
from audit.errors import Refused
from counters.access import receipt_for, referral_for, visit_for
from counters.actions import fees_take, receipt_print, receipt_void
from counters.forms import FeesForm, VoidForm
from counters.models import Receipt, VoidReason
from counters.papers import receipt_pdf, referral_pdf
from counters.views.parts import about, screen


@require_http_methods(["GET", "POST"])
@requires("counters.serve")
def fees(request: StaffRequest, pk: int) -> HttpResponse:
    """What is to be paid for a visit, and what was taken so far."""
    visit = visit_for(request.user, pk)
    form = FeesForm(request.POST if request.method == "POST" else None, visit=visit)
    refusal = ""
    if form.is_bound and form.is_valid():
        try:
            receipt = fees_take(visit=visit, fees=form.chosen, key=form.cleaned_data["key"], by=actor_of(request))
        except Refused as refused:
            refusal = refused.message
        else:
            messages.success(request, "手数料を記録しました。")
            return redirect("counters:receipt", receipt.pk) if receipt else redirect("counters:fees", pk)
    charges = visit.charges.select_related("receipt")
    context = about(visit) | {"form": form, "refusal": refusal, "charges": charges}
    return screen(request, "counters/fees.html", context, 422 if form.is_bound else 200)


@require_safe
@requires("counters.serve")
def receipt(request: StaffRequest, pk: int) -> HttpResponse:
    return _receipt(request, receipt_for(request.user, pk), VoidForm())


def _receipt(request: StaffRequest, receipt: Receipt, form: VoidForm, refusal: str = "") -> HttpResponse:
    status = 422 if form.is_bound else 200
    context = {"receipt": receipt, "charges": receipt.charges.all(), "form": form, "refusal": refusal}
    return screen(request, "counters/receipt.html", about(receipt.visit) | context, status)


@require_POST
@requires("counters.serve")
def receipt_paper(request: StaffRequest, pk: int) -> HttpResponse:
    """The receipt on paper. Each print counts: from the second on it says that it is a copy."""
    receipt = receipt_for(request.user, pk)
    receipt.prints = receipt_print(receipt=receipt, by=actor_of(request)).prints
    return paper(receipt_pdf(receipt), f"receipt-{receipt.number_text}")


@require_POST
@requires("counters.serve")
def receipt_take_back(request: StaffRequest, pk: int) -> HttpResponse:
    """The money goes back, for a reason."""
    receipt, form = receipt_for(request.user, pk), VoidForm(request.POST)
    if not form.is_valid():
        return _receipt(request, receipt, form)
    try:
        receipt_void(receipt=receipt, reason=VoidReason(form.cleaned_data["reason"]), by=actor_of(request))
    except Refused as refused:
        return _receipt(request, receipt, form, refused.message)
    messages.success(request, f"領収書 {receipt.number_text} を取り消しました。{receipt.total:,}円を返してください。")
    return redirect("counters:receipt", pk)


@require_safe
@requires("counters.serve")
def referral_paper(request: StaffRequest, pk: int) -> HttpResponse:
    """The slip that says where to go and what to bring. No name stands on it."""
    referral = referral_for(request.user, pk)
    return paper(referral_pdf(referral), f"referral-{referral}")


def paper(written: bytes, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'inline; filename="{name}.pdf"', "Cache-Control": "no-store"}
    return HttpResponse(written, content_type="application/pdf", headers=headers)
