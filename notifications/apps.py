from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "notifications"
    verbose_name = "通知"

    def ready(self) -> None:
        from accounts import unfinished, waiting
        from notifications.unfinished import messages_unfinished
        from notifications.waiting import messages_waiting

        waiting.register("notifications.view", messages_waiting)
        unfinished.register(messages_unfinished)
