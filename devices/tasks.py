"""Background work of this room. Tasks carry ids only and may run twice."""

from datetime import timedelta

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from audit.actors import Actor
from devices.actions.forgetting import places_forget
from devices.mdm.outbox import command_claim, command_send
from devices.models import MdmEvent

MOST_PER_RUN = 50
# Longer than anybody could keep a recorded message to send it again: a command is over by then.
DIGESTS_KEPT = timedelta(days=60)


@shared_task
def send_command(command_id: int) -> None:
    """Send one command, unless another worker has it."""
    if command := command_claim(command_id=command_id):
        command_send(command)


@shared_task
def send_due() -> int:
    """Send what waits, also what a lost wake-up or a dead worker left behind; returns how many."""
    sent = 0
    while sent < MOST_PER_RUN and (command := command_claim()):
        command_send(command)
        sent += 1
    if settings.DEMO and not settings.MDM:
        from devices.mdm.demo import answer_waiting

        answer_waiting()
    return sent


@shared_task
def forget_places() -> None:
    """Places of tablets are kept for some days only."""
    places_forget(by=Actor.system("retention"))
    MdmEvent.objects.filter(at__lt=timezone.now() - DIGESTS_KEPT).delete()
