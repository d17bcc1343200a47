from django.urls import path

from reservations import views
from reservations.lists.views import booking_list, list_as_csv, list_as_pdf, list_as_xlsx
from reservations.reminders.views import call_note, calls

app_name = "reservations"

urlpatterns = [
    path("", booking_list, name="list"),
    path("list.pdf", list_as_pdf, name="list_pdf"),
    path("list.xlsx", list_as_xlsx, name="list_xlsx"),
    path("list.csv", list_as_csv, name="list_csv"),
    path("calls/", calls, name="calls"),
    path("calls/<str:number>/", call_note, name="call_note"),
    path("<str:number>/", views.detail, name="detail"),
]
