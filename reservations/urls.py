from django.urls import path

from reservations import views

app_name = "reservations"

urlpatterns = [
    path("", views.booking_list, name="list"),
    path("list.pdf", views.list_pdf, name="list_pdf"),
    path("list.xlsx", views.list_xlsx, name="list_xlsx"),
    path("<str:number>/", views.detail, name="detail"),
]
