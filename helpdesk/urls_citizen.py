"""The citizens' inquiry form."""

from django.urls import path

from helpdesk.views import inquiry

app_name = "inquiry"

urlpatterns = [
    path("", inquiry.ask, name="ask"),
    path("sent/", inquiry.sent, name="sent"),
]
