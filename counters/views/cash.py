"""The day's cash-up: the clerk counts, the manager looks."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import StaffRequest, actor_of, requires
from audit.errors import Refused
from counters.access import cash_up_for, cash_ups_for
from counters.actions import cash_up_close, cash_up_see
from counters.closing import closing_of, day_of_work
from counters.forms import CashUpForm
from counters.models import Receipt
from counters.papers import cash_up_pdf
from counters.views.fees import paper
from postoffices.access import own_office
from postoffices.city import current_city
from postoffices.models import Office

PER_PAGE = 30


@require_http_methods(["GET", "POST"])
@requires("counters.serve")
def cash(request: StaffRequest) -> HttpResponse:
    """Count the drawer against the receipts since the last count."""
    office = own_office(request.user)
    form = CashUpForm(request.POST if request.method == "POST" else None)
    refusal = ""
    if form.is_bound and form.is_valid():
        reason, key = form.cleaned_data["difference_reason"], form.cleaned_data["key"]
        try:
            closed = cash_up_close(
                office=office, pieces=form.counted, difference_reason=reason, key=key, by=actor_of(request)
            )
        except Refused as refused:
            refusal = refused.message
        else:
            messages.success(request, "日締めを記録しました。業務責任者が確認します。")
            return redirect("counters:cash_up", closed.pk)
    context = {"form": form, "refusal": refusal} | _drawer(office)
    return render(request, "counters/cash.html", context, status=422 if form.is_bound else 200)


def _drawer(office: Office) -> dict[str, object]:
    receipts = list(Receipt.objects.uncounted(office).select_related("visit"))
    expected = sum(receipt.total for receipt in receipts if receipt.voided_at is None)
    cash_float = current_city().rules.counter.cash_float
    return {
        "office": office,
        "today": timezone.localdate(),
        "receipts": receipts,
        "expected": expected,
        "cash_float": cash_float,
        "in_drawer": expected + cash_float,
        "work": day_of_work(office, timezone.localdate()),
        "closed": office.cash_ups.all()[:5],
    }


@require_safe
@requires("counters.serve")
def cash_up(request: StaffRequest, pk: int) -> HttpResponse:
    """What the clerk has closed."""
    return render(request, "counters/cash_up.html", closing_of(cash_up_for(request.user, pk)))


@require_safe
@requires("counters.serve")
def cash_up_paper(request: StaffRequest, pk: int) -> HttpResponse:
    return _paper(request, pk)


def _paper(request: StaffRequest, pk: int) -> HttpResponse:
    closed = cash_up_for(request.user, pk)
    return paper(cash_up_pdf(closed), f"cash-up-{closed.office.code}-{closed.day}")


# -- the manager -------------------------------------------------------------------------------------
@require_safe
@requires("counters.oversee")
def overseen(request: StaffRequest) -> HttpResponse:
    """All offices' cash-ups, those that nobody has looked at first."""
    found = cash_ups_for(request.user).annotate(is_seen=Q(seen_at__isnull=False)).order_by("is_seen", "-closed_at")
    unseen = request.GET.get("show") == "unseen"
    page = Paginator(found.filter(seen_at__isnull=True) if unseen else found, PER_PAGE)
    context = {
        "page": page.get_page(request.GET.get("page")),
        "unseen": unseen,
        "waiting": found.filter(seen_at__isnull=True).count(),
    }
    return render(request, "counters/cash_ups.html", context)


@require_safe
@requires("counters.oversee")
def overseen_one(request: StaffRequest, pk: int) -> HttpResponse:
    return render(request, "counters/cash_up.html", closing_of(cash_up_for(request.user, pk)) | {"overseen": True})


@require_POST
@requires("counters.oversee")
def see(request: StaffRequest, pk: int) -> HttpResponse:
    """The manager has looked at it."""
    try:
        cash_up_see(cash_up=cash_up_for(request.user, pk), by=actor_of(request))
        messages.success(request, "日締めを確認済みにしました。")
    except Refused as refused:
        messages.error(request, refused.message)
    return redirect("counters:overseen_one", pk)


@require_safe
@requires("counters.oversee")
def overseen_paper(request: StaffRequest, pk: int) -> HttpResponse:
    return _paper(request, pk)
