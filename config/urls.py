"""Every address of the product, room by room. Citizens at `/`, staff under `/staff/<room>/`."""

from django.contrib import admin
from django.urls import include, path

from config.health import healthz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("", include("reservations.urls_citizen")),
    path("staff/", include("accounts.urls")),
    path("staff/notifications/", include("notifications.urls")),
    path("staff/documents/", include("documents.urls")),
    path("staff/postoffices/", include("postoffices.urls")),
    path("staff/desk/", include("reservations.operator.urls")),
    path("staff/waiting/", include("reservations.waiting_list.urls")),
    path("staff/fairness/", include("reservations.fairness.urls")),
    path("staff/reservations/", include("reservations.urls")),
    path("staff/supply/", include("reservations.supply.urls")),
    path("staff/scans/", include("applications.scans.urls")),
    path("staff/archive/", include("applications.archive.urls")),
    path("staff/applications/", include("applications.urls")),
    path("staff/counters/", include("counters.urls")),
    path("display/", include("counters.urls_display")),
    path("staff/review/", include("review.urls")),
    path("tablet/", include("review.urls_tablet")),
    path("staff/devices/", include("devices.urls")),
    path("staff/helpdesk/", include("helpdesk.urls")),
    path("inquiry/", include("helpdesk.urls_citizen")),
    path("api/desks/", include("helpdesk.urls_api")),
    path("staff/training/", include("training.urls")),
    path("staff/staffing/", include("staffing.urls")),
    path("api/mdm/", include("devices.urls_api")),
    path("staff/reports/", include("reports.urls")),
    path("staff/handover/", include("keeping.handover.urls")),
    path("staff/keeping/", include("keeping.urls")),
    path("staff/audit/", include("accounts.urls_audit")),
    path("admin/", admin.site.urls),
]
handler500 = "config.failures.server_error"
