from django.apps import AppConfig


class ReviewConfig(AppConfig):
    name = "review"
    verbose_name = "審査"

    def ready(self) -> None:
        from counters import endings
        from review.actions import case_give_up

        endings.register(case_give_up)
