"""Security keys of members of staff: taken over, used, removed. Each change leaves one audit event."""

from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice
from webauthn.helpers import bytes_to_base64url
from webauthn.registration.verify_registration_response import VerifiedRegistration

from accounts import ceremonies
from accounts.actions import sign_in_fail
from accounts.errors import KeyNameTaken, KeyRefused, KeyTaken, LastFactor
from accounts.models import ChangeCode, SecurityKey, User
from audit.actions import record
from audit.actors import Actor


@transaction.atomic
def key_add(
    *, user: User, name: str, registered: VerifiedRegistration, transports: list[str], by: Actor
) -> SecurityKey:
    """Take over a key under a name of the person's choice. Raises KeyNameTaken or KeyTaken."""
    if SecurityKey.objects.filter(user=user, name=name).exists():
        raise KeyNameTaken
    try:
        with transaction.atomic():
            key = SecurityKey.objects.create(
                user=user,
                name=name,
                confirmed=True,
                credential_id=bytes_to_base64url(registered.credential_id),
                public_key=registered.credential_public_key,
                sign_count=registered.sign_count,
                transports=transports,
            )
    except IntegrityError as error:
        raise KeyTaken from error
    record(action="security_key_added", subject=user, by=by, detail={"key": key.pk})
    return key


def key_check(*, request: HttpRequest, user: User, answer: str) -> SecurityKey:
    """The person's key that signed this session's question. Raises KeyRefused.

    Not atomic as a whole: the failed sign-in must stand in the log although it is refused.
    """
    try:
        with transaction.atomic():
            named = SecurityKey.objects.select_for_update().filter(user=user, confirmed=True)
            key = named.filter(credential_id=ceremonies.credential_named(answer)).first()
            if key is None:
                raise KeyRefused
            key.sign_count = ceremonies.asserted(request, answer, key)
            key.last_used_at = timezone.now()
            key.save(update_fields=["sign_count", "last_used_at"])
            return key
    except KeyRefused:
        sign_in_fail(username=user.username, step="key")
        raise


@transaction.atomic
def key_remove(*, key: SecurityKey, by: Actor) -> None:
    """Forget a key: sessions that it opened lose their second factor. Raises LastFactor for one's own last factor."""
    owner = User.objects.select_for_update().get(pk=key.user_id)
    if owner.pk == by.user_id and not _others(owner, key):
        raise LastFactor
    pk = key.pk
    ChangeCode.objects.filter(factor=key.persistent_id).delete()
    key.delete()
    record(action="security_key_removed", subject=owner, by=by, detail={"key": pk})


def _others(owner: User, key: SecurityKey) -> bool:
    """Whether the person could still sign in without `key`."""
    keys = SecurityKey.objects.filter(user=owner, confirmed=True).exclude(pk=key.pk)
    return keys.exists() or bool(TOTPDevice.objects.filter(user=owner, confirmed=True).exists())
