"""The Celery application. The broker only wakes workers up: what has to be done stands in PostgreSQL."""

import os

from celery import Celery
from celery.signals import worker_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("madoguchi")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_init.connect(weak=False)
def _look_before_starting(**kwargs: object) -> None:
    from config.starting import refuse_incomplete

    refuse_incomplete()
