from django.urls import path

from review.views import capture

app_name = "review"

urlpatterns = [
    # the counter's end
    path("visits/<int:visit_pk>/images/", capture.image_upload, name="image_upload"),
    path("visits/<int:visit_pk>/pictures/", capture.pictures, name="pictures"),
    path("visits/<int:visit_pk>/submit/", capture.submit, name="submit"),
    path("images/<uuid:pk>/remove/", capture.image_take_out, name="image_remove"),
]
