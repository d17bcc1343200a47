from django.apps import AppConfig


class PostofficesConfig(AppConfig):
    name = "postoffices"
    verbose_name = "拠点"

    def ready(self) -> None:
        from accounts import in_use
        from postoffices.city import current_city

        in_use.said_by(lambda: current_city().rules.roles)
