from django.urls import URLPattern

app_name = "postoffices"

urlpatterns: list[URLPattern] = []
