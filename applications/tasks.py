"""Background work of this room. Tasks carry ids only and may run twice."""

from celery import shared_task

from applications.signing.sealing import application_seal, sealing_claim
from audit.actors import Actor

SEALER = Actor.system("sealer")
MOST_PER_RUN = 20


@shared_task
def seal(application_id: int) -> None:
    """Seal one signed form, unless another worker has it."""
    if application := sealing_claim(application_id=application_id):
        application_seal(application=application, by=SEALER)


@shared_task
def seal_due() -> int:
    """Seal what waits, also what a lost wake-up or a dead worker left behind; returns how many worked."""
    sealed = 0
    for _ in range(MOST_PER_RUN):
        application = sealing_claim()
        if application is None:
            break
        sealed += application_seal(application=application, by=SEALER)
    return sealed
