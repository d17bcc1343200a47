from django.apps import AppConfig


class ApplicationsConfig(AppConfig):
    name = "applications"
    verbose_name = "申請"

    def ready(self) -> None:
        from accounts import waiting
        from applications.waiting import checks_waiting, defects_waiting

        waiting.register("applications.check", checks_waiting)
        waiting.register("applications.defects", defects_waiting)
