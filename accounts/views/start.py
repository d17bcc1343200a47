"""The start page: what waits for me."""

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.access import requires
from accounts.models import User
from accounts.waiting import figures_for, waiting_for


@requires("")
@require_GET
def start(request: HttpRequest) -> HttpResponse:
    user = cast("User", request.user)
    context = {"waiting": waiting_for(user), "figures": figures_for(user), "now": timezone.now()}
    return render(request, "accounts/start.html", context)
