"""The end of the contract on screen: what will be erased, and the two people who confirm it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import StaffRequest, actor_of, requires
from accounts.factors import factor_check, offer_to
from audit.errors import Refused
from keeping.access import certificate_of, newest_closing
from keeping.closing.actions import closing_confirm
from keeping.closing.inventory import in_order, inventory
from keeping.closing.records import ClosingState, ContractClosing
from keeping.forms import ConfirmForm
from keeping.storage.measuring import mark_reached
from keeping.storage.outlook import RULES, outlook, parts_of, size_text, trend
from postoffices.city import current_city

OPEN = (ClosingState.EXPORTED, ClosingState.REQUESTED)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("keeping.close")
def closing(request: StaffRequest) -> HttpResponse:
    """What stands here, and what is to be done next; a POST is one of the two confirmations."""
    held = newest_closing(request.user)
    form = ConfirmForm(request.POST or None, city_name=current_city().name)
    if request.method != "POST" or held is None or not form.is_valid():
        return _page(request, held, form)
    try:
        factor_check(request, request.user, form.cleaned_data)
        done = closing_confirm(closing=held, person=request.user, by=actor_of(request))
    except Refused as refused:
        return _page(request, held, ConfirmForm(city_name=current_city().name), refused.message)
    both = done.state == ClosingState.CONFIRMED
    messages.success(request, "二人の確認がそろいました。" if both else "一人目として確認しました。")
    return redirect("keeping:closing")


def _page(request: StaffRequest, held: ContractClosing | None, form: ConfirmForm, refusal: str = "") -> HttpResponse:
    own = held is not None and held.state == ClosingState.REQUESTED and held.requested_by_id == request.user.pk
    context = {
        "closing": held,
        "contract": current_city().rules.contract,
        "inventory": in_order(held.inventory if held and held.state in OPEN else inventory()),
        "may_confirm": held is not None and held.state in OPEN and not own,
        "own": own,
        "form": form,
        "offer": offer_to(request, request.user),
        "refusal": refusal,
    }
    return render(request, "keeping/closing.html", context, status=422 if refusal or form.errors else 200)


@require_safe
@requires("keeping.close")
def certificate(request: StaffRequest, pk: int) -> HttpResponse:
    """The certificate of erasure, which names nobody but the two who confirmed it."""
    held = certificate_of(request.user, pk)
    headers = {"Content-Disposition": f'inline; filename="shoukyo-{pk}.pdf"', "Cache-Control": "no-store, private"}
    return HttpResponse(bytes(held.certificate or b""), content_type="application/pdf", headers=headers)


@require_safe
@requires("keeping.storage")
def storage(request: StaffRequest) -> HttpResponse:
    """How much of the room is used, by what, how it grows, and when it would be full."""
    measures = trend()
    newest = measures[0] if measures else None
    context: dict[str, object] = {"newest": newest, "marks": current_city().rules.storage.warn_percent}
    if newest:
        forecast = outlook(measures)
        context |= {
            "mark": mark_reached(newest),
            "used": size_text(newest.used),
            "limit": size_text(newest.limit),
            "left": size_text(newest.left),
            "parts": parts_of(newest.parts, newest.limit),
            "rules": parts_of({RULES.get(rule, rule): size for rule, size in newest.rules.items()}, newest.limit),
            "trend": [(measure, size_text(measure.used)) for measure in measures],
            "outlook": forecast,
            "a_day": size_text(forecast.a_day) if forecast else "",
        }
    return render(request, "keeping/storage.html", context)
