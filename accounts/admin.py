"""Staff in the admin: to be read. Changes are made on the staff list, through actions."""

from django.contrib import admin
from django.contrib.auth.models import Group
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.admin_site import MasterDataAdmin
from accounts.models import User

# Roles are code here, and keys of authenticators are nobody's to read.
for unused in (Group, TOTPDevice):
    if admin.site.is_registered(unused):
        admin.site.unregister(unused)


@admin.register(User)
class UserAdmin(MasterDataAdmin):
    list_display = ("username", "display_name", "role", "is_active", "last_login")
    list_filter = ("role", "is_active")
    search_fields = ("username", "display_name")
    fields = ("username", "display_name", "email", "role", "is_active", "must_change_password", "last_login")
