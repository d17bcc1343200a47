from django.apps import AppConfig


class TrainingConfig(AppConfig):
    name = "training"
    verbose_name = "研修・巡回"

    def ready(self) -> None:
        from accounts import unfinished, waiting
        from training.unfinished import patrols_unfinished, training_unfinished
        from training.waiting import own_patrols, patrols_open, training_due

        waiting.register("training.manage", training_due)
        waiting.register("training.manage", own_patrols)
        waiting.register("training.manage", patrols_open)
        unfinished.register(training_unfinished)
        unfinished.register(patrols_unfinished)
