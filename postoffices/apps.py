from django.apps import AppConfig


class PostofficesConfig(AppConfig):
    name = "postoffices"
    verbose_name = "拠点"
