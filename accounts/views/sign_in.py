"""Sign-in in two steps, password and second factor, and its end."""

from typing import cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate, login, logout, update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST
from django_otp import login as second_factor_login
from django_otp.models import Device
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts import demo, enrolment, factors, sessions
from accounts.access import actor_of, is_verified, own_path, requires_second_factor
from accounts.actions import (
    password_change,
    second_factor_add,
    sign_in_fail,
    sign_in_finish,
    sign_out_record,
)
from accounts.errors import CodeWrong
from accounts.forms import CodeForm, FactorForm, KeyForm, OwnPasswordForm, SignInForm
from accounts.models import User
from accounts.shifts import codes_on, tablet_of
from audit.errors import Refused

WRONG = "ユーザー名またはパスワードが正しくありません。確認して、もう一度入力してください。"


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """First step: name and password. A locked name is answered by django-axes with `accounts/locked.html`."""
    if is_verified(request):
        return redirect(next_page(request))
    form = SignInForm(request.POST or None)
    refusal = ""
    if request.method == "POST" and form.is_valid():
        user = _password_owner(request, form)
        if user:
            login(request, user)
            return redirect(with_next(request, "accounts:code"))
        refusal = WRONG
    context = {
        "form": form,
        "refusal": refusal,
        "demo_accounts": demo.accounts(),
        "next": next_page(request),
        "take_up": with_next(request, "accounts:take_up") if codes_on(tablet_of(request)) else "",
    }
    return render(request, "accounts/sign_in.html", context, status=422 if request.method == "POST" else 200)


def _password_owner(request: HttpRequest, form: SignInForm) -> User | None:
    username = form.cleaned_data["username"]
    password = form.cleaned_data["password"]
    user = authenticate(request, username=username, password=password)
    if user is not None and not settings.DEMO and demo.is_known_to_everyone(username, password):
        user = None
    if user is None:
        sign_in_fail(username=username, step="password", locked=bool(getattr(request, "axes_locked_out", False)))
    return user


@never_cache
@require_http_methods(["GET", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """Second step: the authenticator's code or a security key. Without either yet: to the set-up."""
    if not request.user.is_authenticated:
        return redirect(with_next(request, "accounts:sign_in"))
    if is_verified(request):
        return redirect(next_page(request))
    user = request.user
    if not factors.has_any(user):
        return redirect(with_next(request, "accounts:enrol"))
    form = FactorForm(request.POST or None)
    refusal = ""
    if request.method == "POST" and form.is_valid():
        try:
            return _enter(request, factors.factor_check(request, user, form.cleaned_data))
        except Refused as error:
            refusal = error.message
    offer = factors.offer_to(request, user)
    context = {"form": form, "refusal": refusal, "offer": offer, "next": next_page(request)}
    return render(request, "accounts/code.html", context, status=422 if request.method == "POST" else 200)


@never_cache
@require_http_methods(["GET", "POST"])
def enrol(request: HttpRequest) -> HttpResponse:
    """Second step at the first sign-in: an authenticator app proves its key with one code, or a security key signs."""
    if not request.user.is_authenticated:
        return redirect(with_next(request, "accounts:sign_in"))
    user = request.user
    if factors.has_any(user):
        return redirect(with_next(request, "accounts:code"))
    by_key = "key" in request.POST
    form = CodeForm(None if by_key else request.POST or None)
    key_form = KeyForm(request.POST if by_key else None)
    refusal = ""
    if request.method == "POST" and (key_form if by_key else form).is_valid():
        try:
            if by_key:
                return _enter(request, enrolment.take_key(request, user, key_form.cleaned_data, by=actor_of(request)))
            return _enter(request, _add_authenticator(request, user, form.cleaned_data["code"]))
        except Refused as error:
            refusal = error.message
    context = {"form": form, "key_form": key_form, "refusal": refusal, "next": next_page(request)}
    context |= enrolment.offered(request, user)
    return render(request, "accounts/enrol.html", context, status=422 if request.method == "POST" else 200)


def _add_authenticator(request: HttpRequest, user: User, code: str) -> TOTPDevice:
    key = enrolment.key_of(request)
    if not enrolment.confirms(key, code):
        raise CodeWrong
    device = second_factor_add(user=user, key=key, by=actor_of(request))
    enrolment.forget_key(request)
    return device


def _enter(request: HttpRequest, device: Device) -> HttpResponse:
    second_factor_login(request, device)
    sessions.begin(request)
    sessions.factor_given(request)
    user = cast("User", request.user)
    sign_in_finish(user=user, by=actor_of(request))
    return redirect(with_next(request, "accounts:password") if user.must_change_password else next_page(request))


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "POST"])
@requires_second_factor
def password(request: HttpRequest) -> HttpResponse:
    """The own password; after a first password nothing else opens before this."""
    user = cast("User", request.user)
    form = OwnPasswordForm(user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        password_change(user=user, password=form.cleaned_data["new_password"], by=actor_of(request))
        update_session_auth_hash(request, user)
        messages.success(request, "パスワードを変更しました。")
        return redirect(next_page(request))
    context = {"form": form, "first": user.must_change_password, "next": next_page(request)}
    return render(request, "accounts/password.html", context, status=422 if request.method == "POST" else 200)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        sign_out_record(user=request.user, reason="asked", by=actor_of(request))
        logout(request)
        messages.success(request, "ログアウトしました。")
    return redirect("accounts:sign_in")


def next_page(request: HttpRequest) -> str:
    """Where to go after sign-in: `next` if it lies on our own host, else the start page."""
    return own_path(request, request.POST.get("next") or request.GET.get("next", ""))


def with_next(request: HttpRequest, url_name: str) -> str:
    """The address of a step of the sign-in that leads on to the same page."""
    target = next_page(request)
    return (
        reverse(url_name)
        if target == reverse("accounts:start")
        else f"{reverse(url_name)}?{urlencode({'next': target})}"
    )
