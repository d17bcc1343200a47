"""Changing workers on a shared tablet: set a change code, hand the tablet over, take it up (decision 0083)."""

from typing import cast

from django.contrib import messages
from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST
from django_otp import login as second_factor_login
from django_otp.models import Device

from accounts import sessions
from accounts.access import StaffRequest, actor_of, factor_of, requires
from accounts.actions import sign_in_finish, sign_out_record
from accounts.forms import ChangeCodeForm, TakeUpForm
from accounts.models import User
from accounts.shifts import (
    BY_CHANGE_CODE,
    change_code_check,
    change_code_set,
    codes_on,
    mark_tablet,
    tablet_of,
    tablet_token,
)
from accounts.views.sign_in import next_page, with_next
from audit.actors import Actor
from audit.errors import Refused

BACKEND = "django.contrib.auth.backends.ModelBackend"


@requires("accounts.change_code")
@sensitive_post_parameters("code", "again")
@never_cache
@require_http_methods(["GET", "POST"])
def change_code(request: StaffRequest) -> HttpResponse:
    """One's own code for this tablet and this day."""
    form = ChangeCodeForm(request.POST or None)
    token, tablet = tablet_token(request)
    refusal = ""
    if request.method == "POST" and form.is_valid():
        try:
            change_code_set(
                user=request.user,
                tablet=tablet,
                code=form.cleaned_data["code"],
                device=factor_of(request),
                full_sign_in=not request.session.get(BY_CHANGE_CODE),
                by=actor_of(request),
            )
        except Refused as error:
            refusal = error.message
        else:
            messages.success(request, "交替コードを決めました。本日、この端末でだけ使えます。")
            answer = redirect(next_page(request))
            mark_tablet(request, answer, token)
            return answer
    context = {
        "form": form,
        "refusal": refusal,
        "by_code": bool(request.session.get(BY_CHANGE_CODE)),
        "next": next_page(request),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "accounts/change_code.html", context, status=status)


@requires("accounts.change_code")
@require_POST
def hand_over(request: StaffRequest) -> HttpResponse:
    """The tablet goes to somebody else: this session ends here and now. Who takes it up goes on at `next`."""
    _end(request)
    return redirect(with_next(request, "accounts:take_up"))


def _end(request: HttpRequest) -> None:
    user = cast("User", request.user)
    sign_out_record(user=user, reason="handed_over", by=Actor.staff(user))
    logout(request)


@sensitive_post_parameters("code")
@never_cache
@require_http_methods(["GET", "POST"])
def take_up(request: HttpRequest) -> HttpResponse:
    """Choose one's name and give one's own code. Without a code for this tablet: the usual sign-in."""
    tablet = tablet_of(request)
    codes = codes_on(tablet)
    form = TakeUpForm(request.POST or None, codes=codes)
    refusal = ""
    if request.method == "POST" and form.is_valid():
        try:
            user, device = change_code_check(
                pk=int(form.cleaned_data["person"]), tablet=tablet, code=form.cleaned_data["code"]
            )
        except Refused as error:
            refusal = error.message
        else:
            return _enter(request, user, device)
    context = {
        "form": form,
        "codes": codes,
        "refusal": refusal,
        "next": next_page(request),
        "sign_in": with_next(request, "accounts:sign_in"),
    }
    return render(request, "accounts/take_up.html", context, status=422 if request.method == "POST" else 200)


def _enter(request: HttpRequest, user: User, device: Device) -> HttpResponse:
    """A session of the person's own: whatever the one before held is gone."""
    if request.user.is_authenticated:
        _end(request)
    else:
        request.session.flush()
    login(request, user, backend=BACKEND)
    second_factor_login(request, device)
    sessions.begin(request)
    request.session[BY_CHANGE_CODE] = True
    sign_in_finish(user=user, by=actor_of(request), way="change_code")
    return redirect(next_page(request))
