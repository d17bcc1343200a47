from django.urls import path

from applications.views import defects, existence, papers

app_name = "applications"

urlpatterns = [
    path("existence/", existence.existence, name="existence"),
    path("existence/<str:number>/", existence.check, name="check"),
    path("defects/", defects.defect_list, name="defects"),
    path("defects/<str:number>/", defects.defect, name="defect"),
    path("defects/<str:number>/give-up/", defects.give_up, name="give_up"),
    path("forms/", papers.forms, name="forms"),
    path("forms/<slug:office>/<str:day>.pdf", papers.day_forms_pdf, name="day_forms_pdf"),
    path("bookings/<str:number>/form/", papers.booking_form_pdf, name="booking_form_pdf"),
    path("<str:number>.pdf", papers.form_pdf, name="form_pdf"),
]
