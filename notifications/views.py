"""What was sent to whom, and what became of it. Texts hold citizens' links: only a demo shows them."""

from typing import cast

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.access import actor_of, requires
from accounts.models import User
from notifications.access import message_for, messages_for
from notifications.actions import message_open, message_resend
from notifications.errors import ResendRefused
from notifications.filters import MessageFilter
from notifications.models import Message, Receipt
from notifications.subjects import subjects_of

PER_PAGE = 50


@requires("notifications.view")
@never_cache
@require_safe
def message_list(request: HttpRequest) -> HttpResponse:
    wanted = MessageFilter.from_address(request.GET)
    reachable = messages_for(cast("User", request.user))
    counts = wanted.counts(reachable)
    newest_first = Prefetch("receipts", Receipt.objects.order_by("-id"))
    page = Paginator(wanted.chosen(reachable).prefetch_related(newest_first), PER_PAGE).get_page(
        request.GET.get("page")
    )
    subjects = subjects_of(page)
    context = {
        "page": page,
        "rows": [(message, subjects.get(message.pk)) for message in page],
        "about": wanted.about,
        "state_chips": wanted.state_chips(counts),
        "purpose_chips": wanted.purpose_chips(counts),
        "day_chips": wanted.day_chips(),
        "demo": settings.DEMO,
    }
    return render(request, "notifications/list.html", context)


@requires("notifications.view")
@never_cache
@require_safe
def message(request: HttpRequest, pk: int) -> HttpResponse:
    """One message with its recipient; that someone looked at it is written down."""
    shown = message_open(message=message_for(cast("User", request.user), pk), by=actor_of(request))
    return _message_page(request, shown)


@requires("notifications.view")
@never_cache
@require_POST
def resend(request: HttpRequest, pk: int) -> HttpResponse:
    shown = message_for(cast("User", request.user), pk)
    try:
        message_resend(message=shown, by=actor_of(request))
    except ResendRefused as error:
        return _message_page(request, shown, refusal=error.message, status=422)
    messages.success(request, "もう一度送ります。結果はこの画面の「記録」で確かめられます。")
    return redirect("notifications:message", pk=pk)


def _message_page(request: HttpRequest, shown: Message, refusal: str = "", status: int = 200) -> HttpResponse:
    context = {
        "message": shown,
        "about": subjects_of([shown]).get(shown.pk),
        "receipts": shown.receipts.order_by("id"),
        "refusal": refusal,
        "demo": settings.DEMO,
    }
    return render(request, "notifications/message.html", context, status=status)
