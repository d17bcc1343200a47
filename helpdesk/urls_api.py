"""The telephone systems' addresses."""

from django.urls import path

from helpdesk.views import api

app_name = "telephone"

urlpatterns = [
    path("<slug:desk>/now", api.now, name="now"),
    path("<slug:desk>/calls", api.calls, name="calls"),
]
