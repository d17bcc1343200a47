from django.apps import AppConfig


class DevicesConfig(AppConfig):
    name = "devices"
    verbose_name = "機器"

    def ready(self) -> None:
        from accounts import waiting
        from devices.waiting import faults_waiting

        waiting.register("devices.keep", faults_waiting)
