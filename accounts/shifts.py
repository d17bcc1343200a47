"""Changing workers on a shared tablet without sharing a login (decision 0083).

Whoever has signed in on a tablet with password and second factor may set a change code for the rest of the day. It
opens that person's own session, on that tablet alone, and nowhere else.
"""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django_otp.models import Device

from accounts.actions import sign_in_fail
from accounts.errors import ChangeCodeSpent, ChangeCodeWrong, FullSignInNeeded
from accounts.models import ChangeCode, User
from audit.actions import record
from audit.actors import Actor

COOKIE = "tablet"
TOKEN_BYTES = 16
A_YEAR = 366 * 24 * 60 * 60
MOST_FAILURES = 5
# In a session that a change code opened: it may not set another code, or one sign-in would last for ever.
BY_CHANGE_CODE = "by_change_code"


def tablet_of(request: HttpRequest) -> str:
    """The hash by which this tablet is known; empty for one that never was."""
    token = request.COOKIES.get(COOKIE, "")
    return hashlib.sha256(token.encode()).hexdigest() if token else ""


def mark_tablet(request: HttpRequest, response: HttpResponse, token: str) -> None:
    response.set_cookie(
        COOKIE, token, max_age=A_YEAR, path="/staff/", secure=request.is_secure(), httponly=True, samesite="Strict"
    )


def tablet_token(request: HttpRequest) -> tuple[str, str]:
    """This tablet's token, a new one if it has none, and its hash."""
    token = request.COOKIES.get(COOKIE, "") or secrets.token_urlsafe(TOKEN_BYTES)
    return token, hashlib.sha256(token.encode()).hexdigest()


def codes_on(tablet: str) -> list[ChangeCode]:
    """Who may change to on this tablet now."""
    if not tablet:
        return []
    valid = ChangeCode.objects.filter(tablet_hash=tablet, ends_at__gt=timezone.now(), failures__lt=MOST_FAILURES)
    return list(valid.filter(user__is_active=True).select_related("user").order_by("user__display_name"))


@transaction.atomic
def change_code_set(*, user: User, tablet: str, code: str, device: Device, full_sign_in: bool, by: Actor) -> None:
    """Keep the person's change code for this tablet until the day ends; a new one replaces it.

    Raises FullSignInNeeded in a session that a change code opened.
    """
    if not full_sign_in:
        raise FullSignInNeeded
    values = {
        "code": make_password(code),
        "factor": device.persistent_id,
        "session_hash": user.get_session_auth_hash(),
        "ends_at": end_of_shift(),
        "failures": 0,
    }
    held, _ = ChangeCode.objects.update_or_create(user=user, tablet_hash=tablet, defaults=values)
    record(action="change_code_set", subject=user, by=by, detail={"code": held.pk})


def change_code_check(*, pk: int, tablet: str, code: str) -> tuple[User, Device]:
    """The person and the second factor behind a right code. Raises ChangeCodeWrong or ChangeCodeSpent.

    Not atomic as a whole: the count of wrong codes must stand although the change is refused. The try is counted
    before the code is looked at, so that many tries at once are not one.
    """
    with transaction.atomic():
        # Own columns only: a condition on another table becomes a subquery, which who waited here does not read anew.
        counted = ChangeCode.objects.filter(
            pk=pk, tablet_hash=tablet, ends_at__gt=timezone.now(), failures__lt=MOST_FAILURES
        ).update(failures=F("failures") + 1)
        held = ChangeCode.objects.select_related("user").filter(pk=pk, tablet_hash=tablet).first()
        device = Device.from_persistent_id(held.factor) if held else None
        if (
            not counted
            or held is None
            or device is None
            or not held.user.is_active
            or held.session_hash != held.user.get_session_auth_hash()
        ):
            raise ChangeCodeSpent
    if not check_password(code, held.code):
        spent = held.failures >= MOST_FAILURES
        sign_in_fail(username=held.user.username, step="change_code", locked=spent)
        raise ChangeCodeSpent if spent else ChangeCodeWrong
    ChangeCode.objects.filter(pk=pk).update(failures=0)
    return held.user, device


def end_of_shift() -> datetime:
    """Midnight, or a session's full length from now, whichever comes first."""
    local = timezone.localtime()
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    return min(midnight, local + timedelta(hours=settings.STAFF_SESSION_HOURS))
