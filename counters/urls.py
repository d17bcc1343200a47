from django.urls import path

from counters import views

app_name = "counters"

urlpatterns = [
    path("", views.day, name="day"),
    path("list/", views.day_list, name="day_list"),
    path("walk-in/", views.walk_in, name="walk_in"),
    path("bookings/<str:number>/", views.booking, name="booking"),
    path("bookings/<str:number>/arrive/", views.arrive, name="arrive"),
    path("bookings/<str:number>/miss/", views.miss, name="miss"),
    path("visits/<int:pk>/", views.visit, name="visit"),
    path("visits/<int:pk>/pane/", views.visit_pane, name="pane"),
    path("visits/<int:pk>/serve/", views.serve, name="serve"),
    path("visits/<int:pk>/sign/", views.sign, name="sign"),
    path("visits/<int:pk>/sign-on-paper/", views.sign_on_paper, name="sign_on_paper"),
    path("visits/<int:pk>/finish/", views.finish, name="finish"),
    path("visits/<int:pk>/leave/", views.leave, name="leave"),
]
