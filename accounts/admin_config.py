"""Puts `accounts.admin_site.StaffAdminSite` in the place of Django's own admin site."""

from django.contrib.admin.apps import AdminConfig


class StaffAdminConfig(AdminConfig):
    default = False
    default_site = "accounts.admin_site.StaffAdminSite"
