"""Django's admin at /admin/: master data, for system administrators with a second factor, audited."""

from collections.abc import Callable
from typing import Any, cast

from csp.constants import SELF, UNSAFE_EVAL, UNSAFE_INLINE
from csp.decorators import csp_replace
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.db import models
from django.forms import BaseModelFormSet, ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from unfold.admin import ModelAdmin
from unfold.sites import UnfoldAdminSite

from accounts.access import actor_of, is_verified
from accounts.models import User
from accounts.views.sign_in import sign_out
from audit.actions import record

# django-unfold is drawn by Alpine.js, which evaluates attributes, and by inline styles. Only these pages get it.
ADMIN_POLICY = {"script-src": [SELF, UNSAFE_INLINE, UNSAFE_EVAL], "style-src": [SELF, UNSAFE_INLINE]}


class StaffAdminSite(UnfoldAdminSite):
    """Signs in and out through the staff pages, so that there is one way in."""

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Only `MasterDataAdmin`: pages that packages bring along neither ask for the role nor leave audit events."""
        if admin_class is None or not issubclass(admin_class, MasterDataAdmin):
            return
        super().register(model_or_iterable, admin_class, **options)
        for model in model_or_iterable if isinstance(model_or_iterable, list | tuple) else [model_or_iterable]:
            # Japanese has no plural; Django would add an "s".
            model._meta.verbose_name_plural = model._meta.verbose_name

    def has_permission(self, request: HttpRequest) -> bool:
        return is_verified(request) and cast("User", request.user).may("accounts.manage")

    def admin_view(self, view: Callable[..., HttpResponse], cacheable: bool = False) -> Callable[..., HttpResponse]:
        guarded = super().admin_view(view, cacheable)
        return cast("Callable[..., HttpResponse]", csp_replace(ADMIN_POLICY)(guarded))

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Verified staff of other roles go to their own start page, everyone else to the sign-in."""
        if is_verified(request) and not self.has_permission(request):
            return redirect("accounts:start")
        target = request.GET.get(REDIRECT_FIELD_NAME, reverse("admin:index"))
        return redirect(f"{reverse('accounts:sign_in')}?{urlencode({'next': target})}")

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return sign_out(request)

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return redirect("accounts:password")


class MasterDataAdmin(ModelAdmin):
    """Read by administrators; changed only where `changeable` names fields. Every change leaves an audit event."""

    changeable: tuple[str, ...] = ()
    may_add = False
    may_delete = False
    actions = None
    list_fullwidth = True

    def has_view_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return cast("User", request.user).may("accounts.manage")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return bool(self.changeable) and self.has_view_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.may_add and self.has_view_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return self.may_delete and self.has_view_permission(request)

    def get_readonly_fields(self, request: HttpRequest, obj: models.Model | None = None) -> list[str]:
        if obj is None:
            return []
        names = [field.name for field in (*self.model._meta.fields, *self.model._meta.many_to_many) if field.editable]
        return [name for name in names if name not in self.changeable and name != "id"]

    def save_model(self, request: HttpRequest, obj: models.Model, form: ModelForm[Any], change: bool) -> None:
        super().save_model(request, obj, form, change)
        action = "master_data_changed" if change else "master_data_added"
        record(action=action, subject=obj, by=actor_of(request), detail={"fields": form.changed_data})

    def delete_model(self, request: HttpRequest, obj: models.Model) -> None:
        record(action="master_data_deleted", subject=obj, by=actor_of(request))
        super().delete_model(request, obj)

    def save_formset(self, request: HttpRequest, form: Any, formset: BaseModelFormSet[Any, Any], change: bool) -> None:
        raise NotImplementedError("no inline rows: their changes would leave no audit event")
