from django.urls import path

from applications.signing import views as signing
from applications.views import batches, correcting, defects, existence, lists, papers

app_name = "applications"

urlpatterns = [
    path("existence/", existence.existence, name="existence"),
    path("existence/lists/", lists.batches, name="check_lists"),
    path("existence/lists/make/", lists.make, name="check_list_make"),
    path("existence/lists/receive/", lists.receive, name="check_list_receive"),
    path("existence/lists/<int:pk>.xlsx", lists.workbook, name="check_list_xlsx"),
    path("existence/returns/<int:pk>/", lists.returned, name="check_return"),
    path("existence/<str:number>/", existence.check, name="check"),
    path("defects/", defects.defect_list, name="defects"),
    path("defects/<str:number>/", defects.defect, name="defect"),
    path("defects/<str:number>/notice/", defects.notice, name="notice"),
    path("defects/<str:number>/call/", defects.call, name="call"),
    path("defects/<str:number>/give-up/", defects.give_up, name="give_up"),
    path("forms/", papers.forms, name="forms"),
    path("forms/<slug:office>/<str:day>/list.pdf", papers.day_list_pdf, name="day_list_pdf"),
    path("forms/<slug:office>/<str:day>.pdf", papers.day_forms_pdf, name="day_forms_pdf"),
    path("batches/<int:pk>/", batches.form_batch, name="form_batch"),
    path("batches/<int:pk>/progress/", batches.progress, name="form_batch_progress"),
    path("batches/<int:pk>/again/", batches.again, name="form_batch_again"),
    path("batches/<int:pk>.pdf", batches.file, name="form_batch_file"),
    path("bookings/<str:number>/correct/", correcting.correct, name="correct"),
    path("bookings/<str:number>/form/", papers.booking_form_pdf, name="booking_form_pdf"),
    path("<str:number>/applicant/", signing.applicant, name="applicant"),
    path("<str:number>/assisted/", signing.assisted, name="assisted"),
    path("<str:number>.pdf", papers.form_pdf, name="form_pdf"),
]
