"""The staff's addresses of the waiting list, below /staff/waiting/."""

from django.urls import path

from reservations.waiting_list import views

app_name = "waiting_list"

urlpatterns = [
    path("", views.waiting_list, name="list"),
    path("<int:pk>/called/", views.called, name="called"),
    path("<int:pk>/book/", views.take_up, name="take_up"),
    path("<int:pk>/withdraw/", views.withdraw, name="withdraw"),
]
