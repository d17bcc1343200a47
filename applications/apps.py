from django.apps import AppConfig


class ApplicationsConfig(AppConfig):
    name = "applications"
    verbose_name = "申請"

    def ready(self) -> None:
        from accounts import unfinished, waiting
        from applications.of_booking import check_and_form
        from applications.unfinished import checks_unfinished, forms_unfinished, originals_unfinished, scans_unfinished
        from applications.waiting import checks_waiting, defects_waiting
        from reservations import history

        waiting.register("applications.check", checks_waiting)
        waiting.register("applications.defects", defects_waiting)
        history.register(check_and_form)
        unfinished.register(checks_unfinished)
        unfinished.register(forms_unfinished)
        unfinished.register(scans_unfinished)
        unfinished.register(originals_unfinished)
