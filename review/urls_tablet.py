from django.urls import path

from review.views import tablet

app_name = "tablet"

urlpatterns = [
    path("app.webmanifest", tablet.manifest, name="manifest"),
    path("worker.js", tablet.worker, name="worker"),
    path("offline/", tablet.offline, name="offline"),
]
