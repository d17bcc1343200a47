"""The door to every staff page: signed in, second factor given, role holds the permission."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from accounts.models import User
from audit.actors import Actor

View = Callable[..., HttpResponse]


class StaffRequest(HttpRequest):
    """A request behind `requires`: its user is a verified member of staff."""

    user: User  # type: ignore[assignment]


def requires(permission: str) -> Callable[[View], View]:
    """Only staff with a given second factor and a role that holds `permission` pass.

    Not signed in: to the sign-in page. No second factor yet: to the code page. Role without it: 403.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if refused := second_factor_missing(request):
                return refused
            if permission and not cast("User", request.user).may(permission):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        guarded.required_permission = permission  # type: ignore[attr-defined]
        return guarded

    return decorate


def second_factor_missing(request: HttpRequest) -> HttpResponse | None:
    """A redirect to whatever sign-in step is still to be done, or None when all is given."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path(), reverse("accounts:sign_in"))
    if not request.user.is_verified():  # type: ignore[union-attr]
        return redirect_to_login(request.get_full_path(), reverse("accounts:code"))
    return None


def actor_of(request: HttpRequest) -> Actor:
    """The signed-in member of staff as the doer of an action."""
    return Actor.staff(cast("User", request.user))
