from django.apps import AppConfig


class DevicesConfig(AppConfig):
    name = "devices"
    verbose_name = "機器"

    def ready(self) -> None:
        from accounts import unfinished, waiting
        from devices.unfinished import (
            commands_unfinished,
            devices_unfinished,
            erasures_unfinished,
            faults_unfinished,
            orders_unfinished,
        )
        from devices.waiting import consumables_to_order, erasures_for_the_city, erasures_for_the_keeper, faults_waiting

        waiting.register("devices.keep", faults_waiting)
        waiting.register("devices.keep", erasures_for_the_keeper)
        waiting.register("devices.keep", consumables_to_order)
        waiting.register("devices.approve", erasures_for_the_city)
        unfinished.register(faults_unfinished)
        unfinished.register(devices_unfinished)
        unfinished.register(erasures_unfinished)
        unfinished.register(commands_unfinished)
        unfinished.register(orders_unfinished)
