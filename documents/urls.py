from django.urls import path

from documents.views import following, reading, writing

app_name = "documents"

urlpatterns = [
    path("", reading.document_list, name="list"),
    path("emergency/", reading.emergency, name="emergency"),
    path("new/", writing.new, name="new"),
    path("<int:pk>/", reading.document, name="document"),
    path("<int:pk>/confirm/", reading.confirm, name="confirm"),
    path("<int:pk>/edit/", writing.edit, name="edit"),
    path("<int:pk>/readers/", following.readers, name="readers"),
    path("<int:pk>/distribution/", following.distribution, name="distribution"),
    path("<int:pk>/versions/<int:number>/", following.version, name="version"),
    path("<int:pk>/versions/<int:number>/submit/", writing.submit, name="submit"),
    path("<int:pk>/versions/<int:number>/publish/", writing.publish, name="publish"),
    path("<int:pk>/versions/<int:number>/approve/", following.approve, name="approve"),
    path("<int:pk>/versions/<int:number>/return/", following.send_back, name="return"),
    path("<int:pk>/versions/<int:number>/pages/<int:page>.jpg", following.page, name="page"),
    path("<int:pk>/versions/<int:number>.pdf", reading.version_pdf, name="pdf"),
]
