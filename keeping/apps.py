from django.apps import AppConfig


class KeepingConfig(AppConfig):
    name = "keeping"
    verbose_name = "保存と消去"

    def ready(self) -> None:
        from accounts import waiting
<<<<<<< HEAD
        from keeping.storage.room import room_left
        from keeping.waiting import storage_running_out
        from vault import room

        waiting.register("keeping.storage", storage_running_out)
        room.register(room_left)
=======
        from keeping.handover.waiting import handovers_to_confirm

        waiting.register("keeping.handover_confirm", handovers_to_confirm)
>>>>>>> 2667c14 (Handing over lists what every room has left, large scans come in pieces, large batches of forms are made by a worker)
