"""Below /staff/helpdesk/office/."""

from django.urls import path

from helpdesk.offices import views

urlpatterns = [
    path("", views.office_questions, name="office_questions"),
    path("new/", views.office_new, name="office_new"),
    path("<int:pk>/", views.office_question, name="office_question"),
    path("<int:pk>/more/", views.office_more, name="office_more"),
    path("<int:pk>/solved/", views.office_solved, name="office_solved"),
]
