"""The second factor, whichever a person has: a code from an authenticator app, or a security key."""

from dataclasses import dataclass
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django_otp.models import Device
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts import ceremonies, demo, sessions
from accounts.actions import second_factor_check, second_factor_confirm
from accounts.forms import FactorForm
from accounts.keys import key_check
from accounts.models import SecurityKey, User
from audit.actors import Actor
from audit.errors import Refused

PREFIX = "factor"
ASKED_FIELDS = (f"{PREFIX}-code", f"{PREFIX}-key")


@dataclass(frozen=True, slots=True)
class Offer:
    """The ways in which a person can give the second factor. `key_options` is JSON, empty without a key."""

    key_options: str
    has_authenticator: bool
    demo_account: demo.DemoAccount | None


def offer_to(request: HttpRequest, user: User) -> Offer:
    keys = list(SecurityKey.objects.filter(user=user, confirmed=True))
    return Offer(
        ceremonies.assertion_options(request, keys) if keys else "",
        has_authenticator(user),
        demo.account_of(user),
    )


def has_authenticator(user: User) -> bool:
    return bool(TOTPDevice.objects.filter(user=user, confirmed=True).exists())


def has_any(user: User) -> bool:
    """Whether the person has an authenticator or a key."""
    return has_authenticator(user) or SecurityKey.objects.filter(user=user, confirmed=True).exists()


def factor_check(request: HttpRequest, user: User, given: dict[str, Any]) -> Device:
    """The person's device behind a valid `FactorForm`. Raises Refused with what to say."""
    if given.get("key"):
        return key_check(request=request, user=user, answer=given["key"])
    return second_factor_check(user=user, code=given["code"])


def asked_again(request: HttpRequest, doing: str, back: str) -> HttpResponse | None:
    """None when the second factor is fresh or comes with this request; else the page that asks for it.

    The page carries what was sent along, so that nothing has to be typed twice. `back` is where giving up leads.
    """
    if request.method in ("GET", "HEAD") or sessions.factor_is_fresh(request):
        return None
    asked = any(name in request.POST for name in ASKED_FIELDS)
    form = FactorForm(request.POST if asked else None, prefix=PREFIX)
    user, refusal = cast("User", request.user), ""
    if asked and form.is_valid():
        try:
            factor_check(request, user, form.cleaned_data)
        except Refused as error:
            refusal = error.message
        else:
            sessions.factor_given(request)
            second_factor_confirm(user=user, doing=doing, by=Actor.staff(user))
            return None
    context = {"doing": doing, "form": form, "refusal": refusal, "back": back, "kept": _kept(request)}
    status = 422 if asked else 401
    return render(request, "accounts/again.html", context | {"offer": offer_to(request, user)}, status=status)


def _kept(request: HttpRequest) -> list[tuple[str, str]]:
    """The fields that were sent, but for those that this page asks for itself."""
    own = (*ASKED_FIELDS, "csrfmiddlewaretoken")
    return [(name, value) for name, values in request.POST.lists() if name not in own for value in values]
