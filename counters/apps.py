from django.apps import AppConfig


class CountersConfig(AppConfig):
    name = "counters"
    verbose_name = "窓口"

    def ready(self) -> None:
        from accounts import unfinished, waiting
        from counters.of_booking import visits
        from counters.unfinished import cash_ups_unfinished, visits_unfinished
        from counters.waiting import answers_arrived, bookings_to_receive, cash_ups_to_see
        from reservations import history

        waiting.register("counters.serve", bookings_to_receive)
        waiting.register("counters.serve", answers_arrived)
        waiting.register("counters.oversee", cash_ups_to_see)
        history.register(visits)
        unfinished.register(visits_unfinished)
        unfinished.register(cash_ups_unfinished)
