from django.apps import AppConfig


class ReviewConfig(AppConfig):
    name = "review"
    verbose_name = "審査"

    def ready(self) -> None:
        from accounts import unfinished, waiting
        from counters import endings
        from reservations import history
        from review.actions import case_give_up
        from review.of_booking import cases
        from review.unfinished import cases_unfinished
        from review.waiting import cases_waiting

        waiting.register("review.decide", cases_waiting)
        endings.register(case_give_up)
        history.register(cases)
        unfinished.register(cases_unfinished)
