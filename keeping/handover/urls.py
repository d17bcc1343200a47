"""The addresses of handovers, below /staff/handover/."""

from django.urls import path

from keeping.handover import views

app_name = "handover"

urlpatterns = [
    path("", views.handovers, name="list"),
    path("<int:pk>/", views.handover, name="handover"),
    path("<int:pk>.pdf", views.paper, name="pdf"),
    path("<int:pk>.xlsx", views.book, name="xlsx"),
]
