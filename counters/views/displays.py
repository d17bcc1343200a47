"""Screens on a wall: their list for staff, and the screens themselves, which nobody signs in to."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import StaffRequest, actor_of, requires
from counters.access import screen_by_token, screen_for, screens_for
from counters.actions import screen_close, screen_make
from counters.displays import shown_on
from counters.forms import ScreenForm
from counters.models import ScreenKind, WallScreen
from live.grants import grant_for_link


@require_http_methods(["GET", "POST"])
@requires("counters.screens")
@never_cache
def screens(request: StaffRequest) -> HttpResponse:
    """The screens of one's offices. A new one's link is shown in the answer to its form and nowhere else."""
    form = ScreenForm(request.POST if request.method == "POST" else None, user=request.user)
    link = ""
    if form.is_bound and form.is_valid():
        typed = form.cleaned_data
        _, token = screen_make(
            office=typed["office"], kind=ScreenKind(typed["kind"]), name=typed["name"], by=actor_of(request)
        )
        link = settings.PUBLIC_URL.rstrip("/") + reverse("display:screen", args=[token])
        form = ScreenForm(user=request.user)
    context = {"form": form, "screens": screens_for(request.user), "link": link}
    return render(request, "counters/screens.html", context, status=422 if form.is_bound and not link else 200)


@require_POST
@requires("counters.screens")
def close(request: StaffRequest, pk: int) -> HttpResponse:
    screen = screen_for(request.user, pk)
    screen_close(screen=screen, by=actor_of(request))
    messages.success(request, f"「{screen.name}」を止めました。リンクはもう開けません。")
    return redirect("counters:screens")


@require_safe
@requires("counters.screens")
def preview(request: StaffRequest, pk: int) -> HttpResponse:
    """The screen as it hangs on the wall, for who is signed in."""
    screen = screen_for(request.user, pk)
    return _page(request, screen, reverse("counters:screen_preview", args=[pk]))


# -- on the wall --------------------------------------------------------------------------------------
@require_safe
@never_cache
def screen(request: HttpRequest, token: str) -> HttpResponse:
    """Opened by its link, on the staff networks only (see accounts.middleware)."""
    return _page(request, screen_by_token(token), reverse("display:screen", args=[token]))


def _page(request: HttpRequest, screen: WallScreen, address: str) -> HttpResponse:
    """The whole page, or its moving part alone when the page asks again."""
    live_grant = grant_for_link(screen.topics) if screen.topics else ""
    part, shown = shown_on(ScreenKind(screen.kind), screen.office)
    context: dict[str, Any] = shown | {"screen": screen, "part": part, "address": address, "live_grant": live_grant}
    return render(request, part if request.headers.get("HX-Request") else "counters/display.html", context)
