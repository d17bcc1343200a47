from django.apps import AppConfig


class CountersConfig(AppConfig):
    name = "counters"
    verbose_name = "窓口"

    def ready(self) -> None:
        from accounts import waiting
        from counters.of_booking import visits
        from counters.waiting import answers_arrived, bookings_to_receive, cash_ups_to_see
        from reservations import history

        waiting.register("counters.serve", bookings_to_receive)
        waiting.register("counters.serve", answers_arrived)
        waiting.register("counters.oversee", cash_ups_to_see)
        history.register(visits)
