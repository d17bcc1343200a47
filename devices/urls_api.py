"""Where the mobile device management tells what tablets did."""

from django.urls import path

from devices.views import mdm

app_name = "mdm"

urlpatterns = [path("events", mdm.webhook, name="events")]
