"""The addresses of scans and originals, below /staff/scans/."""

from django.urls import path

from applications.scans import views, views_originals, views_uploads

app_name = "scans"

urlpatterns = [
    path("", views.files, name="files"),
    path("uploads/", views_uploads.begin, name="upload_begin"),
    path("uploads/<uuid:pk>/", views_uploads.upload, name="upload"),
    path("files/<int:pk>/original/", views.original_file, name="original_file"),
    path("pages/<int:pk>/", views.page, name="page"),
    path("pages/<int:pk>/picture.jpg", views.picture, name="picture"),
    path("pages/<int:pk>/continue/", views.go_on, name="continue"),
    path("pages/<int:pk>/set-aside/", views.set_aside, name="set_aside"),
    path("originals/", views_originals.originals, name="originals"),
    path("originals/pack/<slug:ward>/", views_originals.pack, name="pack"),
    path("originals/<int:pk>/", views_originals.batch, name="batch"),
    path("originals/<int:pk>/send/", views_originals.send, name="send"),
    path("originals/<int:pk>.pdf", views_originals.cover_list, name="cover_list"),
]
