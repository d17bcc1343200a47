"""The list of staff and what a system administrator does with it."""

from collections.abc import Callable
from typing import Any, cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import actor_of, person_for, requires, requires_fresh_factor
from accounts.actions import (
    first_password,
    password_reset,
    person_activate,
    person_add,
    person_change,
    person_deactivate,
    second_factor_reset,
)
from accounts.factors import has_authenticator
from accounts.forms import NewPersonForm, PersonForm
from accounts.keys import key_remove
from accounts.models import SecurityKey, User
from audit.errors import Refused

PER_PAGE = 50


@requires("accounts.manage")
@require_GET
def people(request: HttpRequest) -> HttpResponse:
    page = Paginator(User.staff.listed(), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "accounts/people.html", {"page": page})


@requires("accounts.manage")
@never_cache
@require_http_methods(["GET", "POST"])
@requires_fresh_factor("職員の追加")
def person_new(request: HttpRequest) -> HttpResponse:
    """The first password is shown in the answer to this POST and nowhere else."""
    form = NewPersonForm(request.POST or None)
    refusal = ""
    if request.method == "POST" and form.is_valid():
        password = first_password()
        try:
            person = person_add(**form.cleaned_data, password=password, by=actor_of(request))
        except Refused as error:
            refusal = error.message
        else:
            return render(request, "accounts/person_password.html", {"person": person, "password": password})
    context = {"form": form, "refusal": refusal}
    return render(request, "accounts/person_new.html", context, status=422 if request.method == "POST" else 200)


@requires("accounts.manage")
@require_http_methods(["GET", "POST"])
@requires_fresh_factor("職員の登録の変更")
def person(request: HttpRequest, pk: int) -> HttpResponse:
    shown = person_for(cast("User", request.user), pk)
    held = {"display_name": shown.display_name, "email": shown.email, "role": shown.role}
    form = PersonForm(request.POST or None, initial=held)
    refusal = ""
    if request.method == "POST" and form.is_valid():
        try:
            person_change(person=shown, **form.cleaned_data, by=actor_of(request))
        except Refused as error:
            refusal = error.message
        else:
            messages.success(request, f"{form.cleaned_data['display_name']}さんの登録内容を変更しました。")
            return redirect("accounts:person", pk=pk)
    context = {"person": shown, "form": form, "refusal": refusal, "is_self": shown.pk == request.user.pk}
    context |= {"keys": SecurityKey.objects.filter(user=shown), "has_authenticator": has_authenticator(shown)}
    return render(request, "accounts/person.html", context, status=422 if request.method == "POST" else 200)


def _do(request: HttpRequest, pk: int, action: Callable[..., Any], done: str) -> HttpResponse:
    person = person_for(cast("User", request.user), pk)
    try:
        action(person=person, by=actor_of(request))
    except Refused as error:
        messages.error(request, error.message)
    else:
        messages.success(request, f"{person.display_name}さん：{done}")
    return redirect("accounts:person", pk=pk)


@requires("accounts.manage")
@require_POST
@requires_fresh_factor("利用の停止")
def deactivate(request: HttpRequest, pk: int) -> HttpResponse:
    return _do(request, pk, person_deactivate, "利用を停止しました。")


@requires("accounts.manage")
@require_POST
@requires_fresh_factor("利用の再開")
def activate(request: HttpRequest, pk: int) -> HttpResponse:
    return _do(request, pk, person_activate, "利用を再開しました。")


@requires("accounts.manage")
@require_POST
@requires_fresh_factor("認証手段の初期化")
def reset_second_factor(request: HttpRequest, pk: int) -> HttpResponse:
    return _do(
        request, pk, second_factor_reset, "認証アプリとキーの登録を初期化しました。次のログインで登録し直します。"
    )


@requires("accounts.manage")
@require_POST
@requires_fresh_factor("キーの削除")
def remove_key(request: HttpRequest, pk: int, key_pk: int) -> HttpResponse:
    person = person_for(cast("User", request.user), pk)
    key = get_object_or_404(SecurityKey, pk=key_pk, user=person)
    try:
        key_remove(key=key, by=actor_of(request))
    except Refused as error:
        messages.error(request, error.message)
    else:
        messages.success(request, f"{person.display_name}さん：キー「{key.name}」を削除しました。")
    return redirect("accounts:person", pk=pk)


@requires("accounts.manage")
@never_cache
@require_POST
@requires_fresh_factor("パスワードの再発行")
def reset_password(request: HttpRequest, pk: int) -> HttpResponse:
    person = person_for(cast("User", request.user), pk)
    password = password_reset(person=person, by=actor_of(request))
    return render(request, "accounts/person_password.html", {"person": person, "password": password})
