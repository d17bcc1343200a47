from django.urls import path

from accounts.views import audit_log

app_name = "audit"

urlpatterns = [path("", audit_log.events, name="events")]
