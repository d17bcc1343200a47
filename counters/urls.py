from django.urls import path

from counters.views import calling, day, visit

app_name = "counters"

urlpatterns = [
    path("", day.day, name="day"),
    path("list/", day.day_list, name="day_list"),
    path("scan/", day.scan, name="scan"),
    path("walk-in/", day.walk_in, name="walk_in"),
    path("bookings/<str:number>/", day.booking, name="booking"),
    path("bookings/<str:number>/arrive/", day.arrive, name="arrive"),
    path("bookings/<str:number>/miss/", day.miss, name="miss"),
    path("call-next/", calling.call_next, name="call_next"),
    path("place/", calling.place, name="place"),
    path("visits/<int:pk>/", visit.visit, name="visit"),
    path("visits/<int:pk>/pane/", visit.visit_pane, name="pane"),
    path("visits/<int:pk>/call/", calling.call, name="call"),
    path("visits/<int:pk>/call-back/", calling.call_back, name="call_back"),
    path("visits/<int:pk>/serve/", visit.serve, name="serve"),
    path("visits/<int:pk>/sign/", visit.sign, name="sign"),
    path("visits/<int:pk>/sign-on-paper/", visit.sign_on_paper, name="sign_on_paper"),
    path("visits/<int:pk>/terminal/", visit.terminal, name="terminal"),
    path("visits/<int:pk>/finish/", visit.finish, name="finish"),
    path("visits/<int:pk>/leave/", visit.leave, name="leave"),
]
