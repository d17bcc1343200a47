from django.apps import AppConfig


class WritingConfig(AppConfig):
    name = "writing"
    verbose_name = "入力と帳票"
