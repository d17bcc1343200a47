"""The ledger of lent goods, and counting them."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import StaffRequest, actor_of, requires
from audit.errors import Refused
from staffing.access import good_for, stocktake_for
from staffing.actions import (
    good_correct,
    good_find,
    good_lose,
    good_put,
    good_receive,
    good_register,
    good_return,
    stocktake_begin,
    stocktake_count,
    stocktake_finish,
)
from staffing.forms.goods import CountForm, DayForm, GoodForm, LoseForm, PutForm
from staffing.forms.goods import PartForm as ReturnForm
from staffing.models import Good, GoodState, Provider, Stocktake, StocktakeLine
from staffing.pages import FormPage, done_or_refused, form_page, paper_response
from staffing.papers import goods_pdf, goods_xlsx, stocktake_pdf

HOME = "staffing:goods"
ANY_METHOD = ["GET", "HEAD", "POST"]
FORMS = {"pdf": goods_pdf, "xlsx": goods_xlsx}
# What can be recorded of a row: its form, its action, what the button says.
STEPS: dict[str, tuple[type[DayForm], Callable[..., Good], str]] = {
    "receive": (DayForm, good_receive, "受領を記録する"),
    "put": (PutForm, good_put, "移動を記録する"),
    "return": (ReturnForm, good_return, "返却を記録する"),
    "lose": (LoseForm, good_lose, "紛失を記録する"),
    "find": (DayForm, good_find, "見つかったことを記録する"),
}


@require_safe
@requires("staffing.view")
def goods(request: StaffRequest) -> HttpResponse:
    provider = request.GET.get("provider", "")
    rows = Good.objects.for_list()
    if provider in Provider.values:
        rows = rows.filter(provider=provider)
    context = {
        "goods": rows,
        "provider": provider if provider in Provider.values else "",
        "providers": Provider,
        "stocktakes": Stocktake.objects.select_related("begun_by")[:12],
        "may_manage": request.user.may("staffing.manage"),
    }
    return render(request, "staffing/goods.html", context)


@require_safe
@requires("staffing.view")
def goods_file(request: StaffRequest, form: str) -> HttpResponse:
    """The ledger as `pdf` or `xlsx`. Raises Http404."""
    if form not in FORMS:
        raise Http404
    return paper_response(FORMS[form](), f"貸与品台帳_{timezone.localdate():%Y%m%d}.{form}")


@require_safe
@requires("staffing.view")
def good(request: StaffRequest, pk: int) -> HttpResponse:
    shown = good_for(request.user, pk)
    context = {
        "good": shown,
        "events": shown.events.select_related("by"),
        "may_manage": request.user.may("staffing.manage"),
        "in_use": shown.state == GoodState.IN_USE,
    }
    return render(request, "staffing/good.html", context)


@require_http_methods(ANY_METHOD)
@requires("staffing.manage")
def good_new(request: StaffRequest) -> HttpResponse:
    form = GoodForm(request.POST or None)

    def save() -> str:
        made = good_register(key=form.cleaned_data["key"], facts=form.facts(), by=actor_of(request))
        return f"「{made.name}」を台帳に登録しました。受け取ったら、受領を記録してください。"

    return form_page(request, form, FormPage("貸与品を登録する", "登録する", reverse(HOME)), save)


@require_http_methods(ANY_METHOD)
@requires("staffing.manage")
def good_edit(request: StaffRequest, pk: int) -> HttpResponse:
    shown = good_for(request.user, pk)
    form = GoodForm(request.POST or None, good=shown)
    lead = "受領したあとの数量と置き場所は、ここでは変わりません。移動や返却として記録してください。"

    def save() -> str:
        good_correct(good=shown, facts=form.facts(), by=actor_of(request))
        return "登録内容を訂正しました。"

    page = FormPage(f"「{shown.name}」の登録内容", "訂正する", reverse("staffing:good", args=[pk]), lead)
    return form_page(request, form, page, save)


@require_http_methods(ANY_METHOD)
@requires("staffing.manage")
def step(request: StaffRequest, pk: int, step: str) -> HttpResponse:
    """Received, moved, returned, lost, found. Raises Http404 for anything else."""
    shown = good_for(request.user, pk)
    if step not in STEPS:
        raise Http404
    kind, action, words = STEPS[step]
    form = kind(request.POST or None, initial={"quantity": shown.quantity})

    def save() -> str:
        return _said(action(good=shown, **form.cleaned_data, by=actor_of(request)))

    page = FormPage(f"「{shown.name}」（{shown.quantity}{shown.unit}）", words, reverse(HOME))
    return form_page(request, form, page, save)


def _said(good: Good) -> str:
    return f"「{good.name}」{good.quantity}{good.unit}を「{good.get_state_display()}」として記録しました。"


@require_POST
@requires("staffing.manage")
def begin(request: StaffRequest) -> HttpResponse:
    def do() -> str:
        stocktake_begin(by=actor_of(request))
        return "棚卸しを始めました。表の数を入力してください。"

    return done_or_refused(request, reverse(HOME), do)


def _stocktake_page(request: StaffRequest, held: Stocktake, form: CountForm, refusal: str = "") -> HttpResponse:
    may_count = request.user.may("staffing.manage") and held.finished_at is None
    context = {"stocktake": held, "form": form, "may_count": may_count, "refusal": refusal}
    return render(request, "staffing/stocktake.html", context, status=422 if form.errors or refusal else 200)


def _lines(held: Stocktake) -> list[StocktakeLine]:
    return list(held.lines.select_related("good__office"))


@require_safe
@requires("staffing.view")
def stocktake(request: StaffRequest, pk: int) -> HttpResponse:
    """The lines to be counted; afterwards what was found."""
    held = stocktake_for(request.user, pk)
    return _stocktake_page(request, held, CountForm(lines=_lines(held)))


@require_POST
@requires("staffing.manage")
def count(request: StaffRequest, pk: int) -> HttpResponse:
    """Save what was counted; with the other button that was all."""
    held, by = stocktake_for(request.user, pk), actor_of(request)
    form = CountForm(request.POST, lines=_lines(held))
    if not form.is_valid():
        return _stocktake_page(request, held, form)
    try:
        stocktake_count(stocktake=held, counts=form.counts(), by=by)
        if "finish" in request.POST:
            stocktake_finish(stocktake=held, by=by)
    except Refused as refused:
        return _stocktake_page(request, held, form, refused.message)
    messages.success(request, "棚卸しを終えました。" if "finish" in request.POST else "数えた数を保存しました。")
    return redirect("staffing:stocktake", pk)


@require_safe
@requires("staffing.view")
def stocktake_file(request: StaffRequest, pk: int) -> HttpResponse:
    """A sheet to count on, or what was found."""
    held = stocktake_for(request.user, pk)
    return paper_response(stocktake_pdf(held), f"棚卸し_{timezone.localtime(held.begun_at):%Y%m%d}.pdf")
