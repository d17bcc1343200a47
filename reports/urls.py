from django.urls import path

from reports import views

app_name = "reports"

urlpatterns = [
    path("", views.report_list, name="list"),
    path("<int:pk>/", views.report_page, name="report"),
    path("<int:pk>/progress/", views.report_progress, name="progress"),
    path("<int:pk>/remarks/", views.report_remarks, name="remarks"),
    path("<int:pk>/<str:form>/", views.report_file, name="file"),
]
