from django.apps import AppConfig


class HelpdeskConfig(AppConfig):
    name = "helpdesk"
    verbose_name = "問い合わせ"

    def ready(self) -> None:
        from accounts import unfinished, waiting
        from helpdesk import search
        from helpdesk.of_messages import tickets_numbered, tickets_shown
        from helpdesk.questions.finding import questions_found
        from helpdesk.unfinished import callbacks_unfinished, mails_unfinished, tickets_unfinished
        from helpdesk.waiting import (
            answers_to_office,
            callbacks_waiting,
            inquiries_waiting,
            mails_aside,
            reports_to_city,
            todays_calls,
        )
        from notifications import subjects

        waiting.register("helpdesk.work", inquiries_waiting)
        waiting.register("helpdesk.answer", callbacks_waiting)
        waiting.register("helpdesk.work", mails_aside)
        waiting.register("helpdesk.ask", answers_to_office)
        waiting.register("helpdesk.city", reports_to_city)
        waiting.register_figures("helpdesk.work", todays_calls)
        subjects.register("helpdesk.ticket", shown=tickets_shown, found=tickets_numbered)
        search.register(questions_found)
        unfinished.register(tickets_unfinished)
        unfinished.register(callbacks_unfinished)
        unfinished.register(mails_unfinished)
