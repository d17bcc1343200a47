"""The tablet's app: manifest, service worker and the page for a missing line. Nothing in them is about anybody."""

import hashlib
import json
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from postoffices.city import current_city

START, SCOPE = "/staff/counters/", "/staff/"
ICONS = ((192, "any"), (512, "any"), (512, "maskable"))
# What the tablet's pages load; with these at hand a weak line carries only what is new.
SHELL = (
    "vendor/design-tokens/tokens.css",
    "css/base.css",
    "css/forms.css",
    "css/components.css",
    "css/staff.css",
    "css/tables.css",
    "css/tablet.css",
    "css/capture.css",
    "vendor/htmx/htmx.min.js",
    "js/app.js",
    "js/live.js",
    "js/clerk.js",
    "js/tablet.js",
    "js/line-guard.js",
    "js/capture.js",
    "js/offline.js",
    "icons/tablet.svg",
)


@require_safe
@cache_control(max_age=3600)
def manifest(request: HttpRequest) -> HttpResponse:
    """What a browser needs to put the tablet's screen beside its apps."""
    icons = [
        {"src": static(f"icons/tablet-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
        for size, purpose in ICONS
    ]
    said: dict[str, Any] = {
        "id": START,
        "name": f"{current_city().name} 窓口タブレット",
        "short_name": "窓口",
        "lang": "ja",
        "start_url": START,
        "scope": SCOPE,
        "display": "standalone",
        "orientation": "landscape",
        "theme_color": "#0017c1",
        "background_color": "#ffffff",
        "icons": icons,
    }
    return JsonResponse(said, content_type="application/manifest+json", json_dumps_params={"ensure_ascii": False})


@require_safe
@cache_control(no_cache=True)
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker: keeps the shell and the page for a missing line, never a page about somebody."""
    shell = [reverse("tablet:offline"), *map(static, SHELL)]
    version = hashlib.sha256("\n".join(shell).encode()).hexdigest()[:12]
    context = {"shell": json.dumps(shell), "version": version, "offline": shell[0], "start": START}
    answer = render(request, "review/tablet/worker.js", context, content_type="text/javascript; charset=utf-8")
    answer.headers["Service-Worker-Allowed"] = SCOPE
    return answer


@require_safe
@cache_control(max_age=0)
def offline(request: HttpRequest) -> HttpResponse:
    """Shown by the service worker where a page cannot be fetched."""
    return render(request, "review/tablet/offline.html")
