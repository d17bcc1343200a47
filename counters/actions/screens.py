"""Screens on a wall: a link for each, shown once, stored as a hash."""

import hashlib
import secrets

from django.db import transaction
from django.utils import timezone

from audit.actions import record
from audit.actors import Actor
from counters.models import ScreenKind, WallScreen
from postoffices.models import Office

TOKEN_BYTES = 16


def screen_token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def screen_make(*, office: Office | None, kind: ScreenKind, name: str, by: Actor) -> tuple[WallScreen, str]:
    """The screen and its secret. `office` None: the whole city."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    screen = WallScreen.objects.create(
        office=office, kind=kind, name=name, token_hash=screen_token_hash(token), made_by_id=by.staff_id
    )
    record(action="screen.made", subject=screen, by=by, detail={"kind": kind})
    return screen, token


@transaction.atomic
def screen_close(*, screen: WallScreen, by: Actor) -> None:
    """The link opens nothing any more. A second tap changes nothing."""
    if WallScreen.objects.filter(pk=screen.pk, closed_at__isnull=True).update(closed_at=timezone.now()):
        record(action="screen.closed", subject=screen, by=by)
