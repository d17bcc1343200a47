"""Addresses of this room, under /staff/postoffices/."""

from django.urls import path

from postoffices import views

app_name = "postoffices"

urlpatterns = [
    path("", views.office_list, name="list"),
    path("<slug:code>/", views.office_page, name="office"),
]
