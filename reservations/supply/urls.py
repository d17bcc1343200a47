"""Addresses of supply, under /staff/supply/."""

from django.urls import path

from reservations.supply.views import agreement, calendar, deadlines, holidays, horizon, links, orphans, stops, weeks

app_name = "supply"

urlpatterns = [
    path("", calendar.home, name="home"),
    path("office/<slug:code>/", calendar.calendar, name="calendar"),
    path("office/<slug:code>/preview/", calendar.preview, name="preview"),
    path("office/<slug:code>/save/", calendar.save, name="save"),
    path("office/<slug:code>/procedures/<slug:procedure>/", weeks.week, name="week"),
    path("office/<slug:code>/procedures/<slug:procedure>/preview/", weeks.preview, name="week_preview"),
    path("office/<slug:code>/procedures/<slug:procedure>/save/", weeks.save, name="week_save"),
    path("agreement/", agreement.agreement, name="agreement"),
    path("stops/", stops.stops, name="stops"),
    path("stops/begin/", stops.begin, name="stop_begin"),
    path("stops/<int:pk>/", stops.stop_page, name="stop"),
    path("stops/<int:pk>/lift/", stops.lift, name="stop_lift"),
    path("orphans/", orphans.orphan_list, name="orphans"),
    path("orphans/<int:pk>/called/", orphans.called, name="orphan_called"),
    path("deadlines/", deadlines.deadlines, name="deadlines"),
    path("deadlines/<int:pk>/remove/", deadlines.remove, name="deadline_remove"),
    path("horizon/", horizon.preview, name="horizon"),
    path("horizon/save/", horizon.save, name="horizon_save"),
    path("links/", links.links, name="links"),
    path("links/<slug:procedure>/<slug:office>.svg", links.link_code, name="link_code"),
    path("holidays/", holidays.holidays, name="holidays"),
]
