"""The staff's addresses of fairness, below /staff/fairness/."""

from django.urls import path

from reservations.fairness import views

app_name = "fairness"

urlpatterns = [
    path("", views.dashboard, name="dashboard"),
    path("shield/", views.shield, name="shield"),
]
