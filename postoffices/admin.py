"""Master data in the admin, to be read: the city's profile is its only source, and `load_city` would take back
whatever was changed here. Which office a clerk belongs to stands in no profile: that is set here.
"""

from django.contrib import admin

from accounts.admin_site import MasterDataAdmin
from postoffices.models import (
    Calendar,
    CapacityPeriod,
    Closure,
    DatedOpening,
    Holiday,
    Office,
    Posting,
    Procedure,
    Ward,
    WeeklyHours,
)


@admin.register(Office)
class OfficeAdmin(MasterDataAdmin):
    list_display = ("name", "kind", "ward", "calendar", "opens_on", "closes_on", "takes_bookings")
    list_filter = ("kind", "ward", "takes_bookings")
    list_select_related = ("ward", "calendar")
    search_fields = ("name", "code", "address")


@admin.register(Posting)
class PostingAdmin(MasterDataAdmin):
    changeable = ("user", "office")
    may_add = may_delete = True
    list_display = ("user", "office")
    list_filter = ("office",)
    list_select_related = ("user", "office")


@admin.register(Closure)
class ClosureAdmin(MasterDataAdmin):
    list_display = ("calendar", "first_day", "last_day", "yearly", "reason")
    list_filter = ("calendar",)
    list_select_related = ("calendar",)


@admin.register(DatedOpening)
class DatedOpeningAdmin(MasterDataAdmin):
    list_display = ("calendar", "day", "opens", "closes")
    list_filter = ("calendar",)
    list_select_related = ("calendar",)


@admin.register(Ward)
class WardAdmin(MasterDataAdmin):
    list_display = ("name", "code", "position")


@admin.register(Procedure)
class ProcedureAdmin(MasterDataAdmin):
    list_display = ("name", "code", "minutes", "bookable_online", "position")


@admin.register(Calendar)
class CalendarAdmin(MasterDataAdmin):
    list_display = ("name", "code", "kind", "closes_on_holidays")


@admin.register(WeeklyHours)
class WeeklyHoursAdmin(MasterDataAdmin):
    list_display = ("calendar", "weekday", "opens", "closes")
    list_filter = ("calendar",)
    list_select_related = ("calendar",)


@admin.register(CapacityPeriod)
class CapacityPeriodAdmin(MasterDataAdmin):
    list_display = ("office", "first_day", "last_day", "slot_minutes", "public_seats", "internal_seats")
    list_filter = ("office",)
    list_select_related = ("office",)


@admin.register(Holiday)
class HolidayAdmin(MasterDataAdmin):
    list_display = ("day", "name")
