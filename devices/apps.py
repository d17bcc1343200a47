from django.apps import AppConfig


class DevicesConfig(AppConfig):
    name = "devices"
    verbose_name = "機器"

    def ready(self) -> None:
        from accounts import waiting
        from devices.waiting import consumables_to_order, erasures_for_the_city, erasures_for_the_keeper, faults_waiting

        waiting.register("devices.keep", faults_waiting)
        waiting.register("devices.keep", erasures_for_the_keeper)
        waiting.register("devices.keep", consumables_to_order)
        waiting.register("devices.approve", erasures_for_the_city)
