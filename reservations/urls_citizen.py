"""The citizen's addresses. Those under /book/<procedure>/<office>/ are deep links that stay (fukuoka-16)."""

from django.urls import path

from reservations.citizen.views import booked, change, choose, fill
from reservations.waiting_list import pages

app_name = "booking"

urlpatterns = [
    path("", choose.home, name="home"),
    path("book/", choose.procedures, name="procedures"),
    # "hold" is no procedure's code: these stand first.
    path("book/hold/<str:token>/", fill.form, name="form"),
    path("book/hold/<str:token>/extend/", fill.extend, name="extend"),
    path("book/hold/<str:token>/confirm/", fill.confirm, name="confirm"),
    path("book/hold/<str:token>/book/", fill.book, name="book"),
    path("book/hold/<str:token>/again/", fill.again, name="again"),
    path("book/<slug:procedure>/", choose.procedure, name="procedure"),
    path("book/<slug:procedure>/places/", choose.places, name="places"),
    path("book/<slug:procedure>/<slug:office>/", choose.month, name="month"),
    path("book/<slug:procedure>/<slug:office>/<str:day>/", choose.day, name="day"),
    path("wait/entry/<str:token>/", pages.entry, name="wait_entry"),
    path("wait/entry/<str:token>/book/", pages.take_up, name="wait_take_up"),
    path("wait/entry/<str:token>/confirm/", pages.confirm, name="wait_confirm"),
    path("wait/entry/<str:token>/withdraw/", pages.withdraw, name="wait_withdraw"),
    path("wait/<slug:procedure>/<slug:office>/", pages.register, name="wait_register"),
    path("wait/<slug:procedure>/<slug:office>/sent/", pages.sent, name="wait_sent"),
    path("r/find/", booked.find, name="find"),
    path("r/<str:token>/", booked.reservation, name="reservation"),
    path("r/<str:token>/yoyaku.ics", booked.calendar, name="calendar"),
    path("r/<str:token>/change/", change.change, name="change"),
    path("r/<str:token>/change/places/", change.change_places, name="change_places"),
    path("r/<str:token>/change/<str:hold_token>/", change.change_confirm, name="change_confirm"),
    path("r/<str:token>/change/<str:hold_token>/extend/", change.change_extend, name="change_extend"),
    path("r/<str:token>/change/<str:hold_token>/stop/", change.change_stop, name="change_stop"),
    path("r/<str:token>/cancel/", booked.cancel, name="cancel"),
]
