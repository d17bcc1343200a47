"""Below /staff/helpdesk/mails/."""

from django.urls import path

from helpdesk.mails import views

urlpatterns = [
    path("", views.mails, name="mails"),
    path("<int:pk>/", views.mail, name="mail"),
    path("<int:pk>/original/", views.original, name="mail_original"),
    path("<int:pk>/open/", views.to_ticket, name="mail_open"),
    path("<int:pk>/settle/", views.settle, name="mail_settle"),
]
