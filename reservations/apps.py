from django.apps import AppConfig


class ReservationsConfig(AppConfig):
    name = "reservations"
    verbose_name = "予約"

    def ready(self) -> None:
        from accounts import unfinished, waiting
        from notifications import subjects
        from postoffices import followers
        from reservations.of_messages import bookings_numbered, numbers_of
        from reservations.reminders.waiting import reminder_calls_waiting
        from reservations.supply.agreement import SLOTS, gap_waiting
        from reservations.unfinished import bookings_unfinished, waiters_unfinished
        from reservations.waiting import orphans_waiting, todays_bookings
        from reservations.waiting_list.standing import offers_to_call

        waiting.register("reservations.list", orphans_waiting)
        waiting.register("reservations.waiting_list", offers_to_call)
        waiting.register("reservations.supply", gap_waiting)
        followers.register(SLOTS)
        waiting.register("reservations.remind", reminder_calls_waiting)
        subjects.register("reservations.reservation", shown=numbers_of, found=bookings_numbered)
        waiting.register_figures("reservations.list", todays_bookings)
        unfinished.register(bookings_unfinished)
        unfinished.register(waiters_unfinished)
