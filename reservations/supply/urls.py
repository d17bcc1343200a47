"""Addresses of supply, under /staff/supply/."""

from django.urls import path

from reservations.supply.views import calendar, deadlines, holidays, orphans, stops

app_name = "supply"

urlpatterns = [
    path("", calendar.home, name="home"),
    path("office/<slug:code>/", calendar.calendar, name="calendar"),
    path("office/<slug:code>/preview/", calendar.preview, name="preview"),
    path("office/<slug:code>/save/", calendar.save, name="save"),
    path("stops/", stops.stops, name="stops"),
    path("stops/begin/", stops.begin, name="stop_begin"),
    path("stops/<int:pk>/", stops.stop_page, name="stop"),
    path("stops/<int:pk>/lift/", stops.lift, name="stop_lift"),
    path("orphans/", orphans.orphan_list, name="orphans"),
    path("orphans/<int:pk>/called/", orphans.called, name="orphan_called"),
    path("deadlines/", deadlines.deadlines, name="deadlines"),
    path("deadlines/<int:pk>/remove/", deadlines.remove, name="deadline_remove"),
    path("holidays/", holidays.holidays, name="holidays"),
]
