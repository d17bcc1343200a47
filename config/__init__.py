"""Settings, addresses, processes and city profiles. Nothing imports this room but the entry points."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
