"""The door to every staff page: signed in, second factor given, role holds the permission."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast
from urllib.parse import urlsplit

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django_otp.models import Device

from accounts.factors import asked_again
from accounts.models import User
from audit.actors import Actor

View = Callable[..., HttpResponseBase]

SIGNED_OUT = "ログインの時間が切れました。別のタブでログインし直してください。"


class StaffRequest(HttpRequest):
    """A request behind `requires`: its user is a verified member of staff."""

    user: User


def requires(permission: str) -> Callable[[View], View]:
    """Only staff with a given second factor and a role that holds `permission` pass.

    Not signed in: to the sign-in page. No second factor yet: to the code page. First password: to the page
    that changes it. Role without the permission: 403. An empty `permission` lets in everyone whose role holds
    any permission at all.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if refused := sign_in_missing(request):
                return refused
            user = cast("User", request.user)
            if permission and not user.may(permission):
                raise PermissionDenied
            if not user.has_work():
                return render(request, "accounts/no_work.html", status=403)
            return view(request, *args, **kwargs)

        guarded.required_permission = permission  # type: ignore[attr-defined]
        return guarded

    return decorate


def requires_fresh_factor(doing: str) -> Callable[[View], View]:
    """Asks for the second factor again before what cannot be taken back (decision 0144).

    Stands below `requires`, on views that plain forms without files post to. Looking (GET) asks nothing; neither
    does a factor that was given in the last minutes. Otherwise a page asks, carries along what was sent, and the
    view runs as if nothing had been in between. `doing` says there what for: 「端末を消去する」.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            return asked_again(request, doing, _page_to_return_to(request)) or view(request, *args, **kwargs)

        guarded.asks_again_for = doing  # type: ignore[attr-defined]
        return guarded

    return decorate


def requires_second_factor(view: View) -> View:
    """For the few pages that every verified person reaches, whatever the role: the own password."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return second_factor_missing(request) or view(request, *args, **kwargs)

    guarded.required_permission = ""  # type: ignore[attr-defined]
    return guarded


def sign_in_missing(request: HttpRequest) -> HttpResponse | None:
    """A redirect to whatever is still to be done before work, or None when all is given."""
    if refused := second_factor_missing(request):
        return refused
    if cast("User", request.user).must_change_password:
        return to_sign_in_step(request, "accounts:password")
    return None


def second_factor_missing(request: HttpRequest) -> HttpResponse | None:
    """A redirect to the sign-in step that is still to be done, or None when password and code were given."""
    if not request.user.is_authenticated:
        return to_sign_in_step(request, "accounts:sign_in")
    if not is_verified(request):
        return to_sign_in_step(request, "accounts:code")
    return None


def is_verified(request: HttpRequest) -> bool:
    """Whether the second factor was given in this session (set by django-otp's middleware)."""
    verified = getattr(request.user, "is_verified", None)
    return bool(request.user.is_authenticated and verified and verified())


def factor_of(request: HttpRequest) -> Device:
    """The authenticator or key that this session was opened with."""
    return cast("Device", getattr(request.user, "otp_device"))  # noqa: B009 -- set by django-otp, on no class


def to_sign_in_step(request: HttpRequest, url_name: str) -> HttpResponse:
    """Send the person to a step of the sign-in and back afterwards.

    A fragment's request cannot show the sign-in page: htmx gets 401 and moves the whole window there. A script
    that asks for JSON gets 401 too, with what to say: a redirect would look to it like success.
    """
    redirect = redirect_to_login(_page_to_return_to(request), reverse(url_name))
    if request.headers.get("HX-Request"):
        return HttpResponse(status=401, headers={"HX-Redirect": redirect.url})
    if request.accepts("application/json") and not request.accepts("text/html"):
        return JsonResponse({"state": "sign_in", "message": SIGNED_OUT, "url": reverse(url_name)}, status=401)
    return redirect


def _page_to_return_to(request: HttpRequest) -> str:
    """The page the person looks at: not the fragment's address, and not a form's target."""
    if request.headers.get("HX-Request"):
        return own_path(request, request.headers.get("HX-Current-URL", ""))
    if request.method not in ("GET", "HEAD"):
        return own_path(request, request.headers.get("Referer", ""))
    return request.get_full_path()


def own_path(request: HttpRequest, address: str) -> str:
    """Path and query of an address on our own host; the start page for any other."""
    if not url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure()):
        return reverse("accounts:start")
    parts = urlsplit(address)
    # A browser takes what begins with two slashes for another host.
    path = "/" + parts.path.lstrip("/\\")
    return path + (f"?{parts.query}" if parts.query else "")


def actor_of(request: HttpRequest) -> Actor:
    """The signed-in member of staff as the doer of an action."""
    return Actor.staff(cast("User", request.user))


def person_for(user: User, pk: int) -> User:
    """A member of staff, for those who manage staff; 404 for everyone else."""
    return get_object_or_404(User if user.may("accounts.manage") else User.objects.none(), pk=pk)
