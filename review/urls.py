from django.urls import path

from review.views import capture, images, queue, uploads

app_name = "review"

urlpatterns = [
    # the city's end
    path("", queue.queue, name="queue"),
    path("queue/", queue.queue_list, name="queue_list"),
    path("next/", queue.claim_next, name="claim_next"),
    path("cases/<int:pk>/", queue.case, name="case"),
    path("cases/<int:pk>/claim/", queue.claim, name="claim"),
    path("cases/<int:pk>/extend/", queue.extend, name="extend"),
    path("cases/<int:pk>/release/", queue.release, name="release"),
    path("cases/<int:pk>/decide/", queue.decide, name="decide"),
    path("cases/<int:pk>/signature.svg", images.signature, name="signature"),
    path("images/<uuid:pk>/", images.image, name="image"),
    # the counter's end
    path("visits/<int:visit_pk>/images/", capture.image_upload, name="image_upload"),
    path("visits/<int:visit_pk>/pictures/", capture.pictures, name="pictures"),
    path("visits/<int:visit_pk>/plan/", capture.plan, name="plan"),
    path("visits/<int:visit_pk>/key/", uploads.tablet_key, name="tablet_key"),
    path("visits/<int:visit_pk>/uploads/", uploads.begin, name="upload_begin"),
    path("uploads/<uuid:pk>/", uploads.upload, name="upload"),
    path("visits/<int:visit_pk>/submit/", capture.submit, name="submit"),
    path("images/<uuid:pk>/remove/", capture.image_take_out, name="image_remove"),
]
