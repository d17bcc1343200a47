"""The archive's addresses, below /staff/archive/."""

from django.urls import path

from applications.archive import views

app_name = "archive"

urlpatterns = [
    path("", views.search, name="search"),
    path("integrity/", views.integrity, name="integrity"),
    path("integrity/<int:pk>/", views.integrity_run, name="integrity_run"),
    path("<str:number>/", views.entry, name="entry"),
    path("<str:number>/document.pdf", views.document, name="document"),
    path("<str:number>/hold/", views.hold, name="hold"),
    path("<str:number>/release/", views.release, name="release"),
]
