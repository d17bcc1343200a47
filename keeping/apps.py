from django.apps import AppConfig


class KeepingConfig(AppConfig):
    name = "keeping"
    verbose_name = "保存と消去"

    def ready(self) -> None:
        from accounts import waiting
        from keeping.handover.waiting import handovers_to_confirm
        from keeping.storage.room import room_left
        from keeping.waiting import storage_running_out
        from vault import room

        waiting.register("keeping.storage", storage_running_out)
        room.register(room_left)
        waiting.register("keeping.handover_confirm", handovers_to_confirm)
