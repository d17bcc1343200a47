from django.urls import path

from keeping import views

app_name = "keeping"

urlpatterns = [
    path("storage/", views.storage, name="storage"),
    path("closing/", views.closing, name="closing"),
    path("closing/<int:pk>.pdf", views.certificate, name="certificate"),
]
