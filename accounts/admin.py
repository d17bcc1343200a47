"""Staff in the admin: to be read. Changes are made on the staff list, through actions."""

from django.contrib import admin

from accounts.admin_site import MasterDataAdmin
from accounts.models import User


@admin.register(User)
class UserAdmin(MasterDataAdmin):
    list_display = ("username", "display_name", "role", "is_active", "last_login")
    list_filter = ("role", "is_active")
    search_fields = ("username", "display_name")
    fields = ("username", "display_name", "email", "role", "is_active", "must_change_password", "last_login")
