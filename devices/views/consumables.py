"""Consumables: what is there, what is wanted, and what came and went."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.access import StaffRequest, actor_of, requires
from audit.errors import Refused
from devices.actions.consumables import supply_record
from devices.forms_consumables import SupplyForm
from devices.models import Supply, SupplyKind
from devices.stock import stocks
from devices.views.register import INVALID, keeper_only

SHOWN = 100


@require_http_methods(["GET", "HEAD", "POST"])
@requires("devices.view")
def consumables(request: StaffRequest) -> HttpResponse:
    """The store; a POST by the keeper writes down a movement."""
    form = SupplyForm(request.POST) if request.method == "POST" else SupplyForm()
    refusal = ""
    if request.method == "POST":
        keeper_only(request)
        if form.is_valid():
            typed = form.cleaned_data | {"kind": SupplyKind(form.cleaned_data["kind"])}
            try:
                row = supply_record(by=actor_of(request), **typed)
            except Refused as refused:
                refusal = refused.message
            else:
                messages.success(request, f"{row.get_kind_display()}{row.quantity}を記録しました。")
                return redirect("devices:consumables")
    held = stocks()
    names = {stock.code: stock.name for stock in held}
    rows = Supply.objects.select_related("office", "recorded_by")[:SHOWN]
    context = {
        "stocks": held,
        "rows": [(row, names.get(row.code, row.code)) for row in rows],
        "may_keep": request.user.may("devices.keep"),
        "form": form,
        "refusal": refusal,
    }
    return render(request, "devices/consumables.html", context, status=INVALID if refusal or form.errors else 200)
