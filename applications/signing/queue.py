"""The queue of signed forms that wait for their seal: rows beside the signature, woken by a task."""

from functools import partial

from django.db import transaction

from applications.models import Application, Sealing


def sealing_queue(application: Application) -> None:
    """Let a worker seal this form, once the transaction of its signature is through."""
    Sealing.objects.get_or_create(application=application)
    transaction.on_commit(partial(_wake, application.pk), robust=True)


def _wake(application_id: int) -> None:
    from applications.tasks import seal

    # The sweeper finds what a lost wake-up leaves behind.
    seal.delay(application_id)
