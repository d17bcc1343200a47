from django.urls import path

from notifications import views

app_name = "notifications"

urlpatterns = [
    path("", views.message_list, name="list"),
    path("<int:pk>/", views.message, name="message"),
    path("<int:pk>/resend/", views.resend, name="resend"),
]
