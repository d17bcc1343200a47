"""Questions and answers, below /staff/helpdesk/questions/; in the room's own namespace."""

from django.urls import path

from helpdesk.questions import views

urlpatterns = [
    path("", views.questions, name="questions"),
    path("new/", views.question_new, name="question_new"),
    path("missed/", views.missed, name="question_missed"),
    path("collection/", views.collection, name="question_collection"),
    path("<int:pk>/", views.question, name="question"),
    path("<int:pk>/judge/", views.judge, name="question_judge"),
]
