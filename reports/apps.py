from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = "報告"

    def ready(self) -> None:
        from accounts import unfinished, waiting
        from reports.unfinished import reports_unfinished
        from reports.waiting import reports_failed

        waiting.register("reports.make", reports_failed)
        unfinished.register(reports_unfinished)
