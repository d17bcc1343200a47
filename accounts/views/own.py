"""What a member of staff registers about the own sign-in: keys, one for each pocket."""

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts import enrolment
from accounts.access import actor_of, requires, requires_fresh_factor
from accounts.factors import has_authenticator
from accounts.forms import KeyForm
from accounts.keys import key_remove
from accounts.models import SecurityKey, User
from audit.errors import Refused


@requires("")
@never_cache
@require_http_methods(["GET", "POST"])
@requires_fresh_factor("キーの登録")
def own(request: HttpRequest) -> HttpResponse:
    """The own keys; a POST registers one more."""
    user = cast("User", request.user)
    form = KeyForm(request.POST or None)
    refusal = ""
    if request.method == "POST" and form.is_valid():
        try:
            key = enrolment.take_key(request, user, form.cleaned_data, by=actor_of(request))
        except Refused as error:
            refusal = error.message
        else:
            messages.success(request, f"キー「{key.name}」を登録しました。次のログインから使えます。")
            return redirect("accounts:own")
    context = {
        "key_form": form,
        "refusal": refusal,
        "keys": SecurityKey.objects.filter(user=user),
        "has_authenticator": has_authenticator(user),
        "key_options": enrolment.key_options(request, user),
    }
    return render(request, "accounts/own.html", context, status=422 if request.method == "POST" else 200)


@requires("")
@require_POST
@requires_fresh_factor("キーの削除")
def key_remove_own(request: HttpRequest, pk: int) -> HttpResponse:
    key = get_object_or_404(SecurityKey, pk=pk, user=cast("User", request.user))
    try:
        key_remove(key=key, by=actor_of(request))
    except Refused as error:
        messages.error(request, error.message)
    else:
        messages.success(request, f"キー「{key.name}」を削除しました。")
    return redirect("accounts:own")
