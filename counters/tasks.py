"""Background work of this room."""

from celery import shared_task

from audit.actors import Actor
from counters.actions import visits_mark_missed


@shared_task
def mark_missed() -> None:
    """Bookings whose people have not come, by the city's rule."""
    visits_mark_missed(by=Actor.system("no-show rule"))
