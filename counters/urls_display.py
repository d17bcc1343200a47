"""Screens on a wall, opened by their link."""

from django.urls import path

from counters.views import displays

app_name = "display"

urlpatterns = [path("<str:token>/", displays.screen, name="screen")]
