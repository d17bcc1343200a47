from django.urls import path

from review.views import board, capture, case, images, looks, queue, talk, uploads

app_name = "review"

urlpatterns = [
    # the city's end
    path("", queue.queue, name="queue"),
    path("queue/", queue.queue_list, name="queue_list"),
    path("next/", queue.claim_next, name="claim_next"),
    path("cases/<int:pk>/", case.case, name="case"),
    path("cases/<int:pk>/claim/", case.claim, name="claim"),
    path("cases/<int:pk>/extend/", case.extend, name="extend"),
    path("cases/<int:pk>/release/", case.release, name="release"),
    path("cases/<int:pk>/decide/", case.decide, name="decide"),
    path("cases/<int:pk>/hand-over/", case.hand_over, name="hand_over"),
    path("cases/<int:pk>/ask/", case.ask, name="ask"),
    path("cases/<int:pk>/talk/", case.talk, name="talk"),
    path("here/", queue.present, name="present"),
    path("away/", queue.step_out, name="step_out"),
    path("looks/", looks.looks, name="looks"),
    path("board/", board.board, name="board"),
    path("board/<int:pk>/", board.reassign, name="reassign"),
    path("cases/<int:pk>/signature.svg", images.signature, name="signature"),
    path("images/<uuid:pk>/", images.image, name="image"),
    # the counter's end
    path("visits/<int:visit_pk>/images/", capture.image_upload, name="image_upload"),
    path("visits/<int:visit_pk>/pictures/", capture.pictures, name="pictures"),
    path("visits/<int:visit_pk>/plan/", capture.plan, name="plan"),
    path("visits/<int:visit_pk>/key/", uploads.tablet_key, name="tablet_key"),
    path("visits/<int:visit_pk>/uploads/", uploads.begin, name="upload_begin"),
    path("uploads/<uuid:pk>/", uploads.upload, name="upload"),
    path("visits/<int:visit_pk>/talk/", talk.talk_at_counter, name="talk_at_counter"),
    path("visits/<int:visit_pk>/answer/", talk.answer, name="answer"),
    path("visits/<int:visit_pk>/submit/", capture.submit, name="submit"),
    path("images/<uuid:pk>/remove/", capture.image_take_out, name="image_remove"),
]
