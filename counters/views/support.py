"""Help that is counted by itself, for people who come for that alone."""

from uuid import uuid4

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import StaffRequest, actor_of, requires
from counters.access import support_for
from counters.actions import support_count, support_take_back
from counters.forms import SupportForm
from counters.models import SupportKind, SupportWork, start_of
from postoffices.access import own_office


@require_http_methods(["GET", "POST"])
@requires("counters.serve")
def support(request: StaffRequest) -> HttpResponse:
    """One large button for each kind, and what was counted today."""
    office = own_office(request.user)
    if request.method == "POST":
        form = SupportForm(request.POST)
        if form.is_valid():
            kind = SupportKind(form.cleaned_data["kind"])
            support_count(office=office, kind=kind, key=form.cleaned_data["key"], by=actor_of(request))
            messages.success(request, f"「{kind.label}」を1件記録しました。")
        return redirect("counters:support")
    today = SupportWork.objects.filter(
        office=office, done_at__gte=start_of(timezone.localdate()), taken_back_at__isnull=True
    )
    counts = dict(today.order_by().values_list("kind").annotate(Count("pk")))
    context = {
        "office": office,
        "today": timezone.localdate(),
        "kinds": [(kind, counts.get(kind.value, 0), uuid4()) for kind in SupportKind],
        "done": today.select_related("done_by", "visit").order_by("-done_at"),
    }
    return render(request, "counters/support.html", context)


@require_POST
@requires("counters.serve")
def take_back(request: StaffRequest, pk: int) -> HttpResponse:
    done = support_for(request.user, pk)
    support_take_back(done=done, by=actor_of(request))
    messages.success(request, f"「{done.get_kind_display()}」の記録を取り消しました。")
    return redirect("counters:support")
