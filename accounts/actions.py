"""The only writers of staff and of what happens at sign-in. Each leaves one audit event."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.crypto import get_random_string
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.errors import CodeThrottled, CodeWrong, OwnAccount, RoleNotInUse, SecondFactorExists, UserNameTaken
from accounts.in_use import roles_in_use
from accounts.models import ChangeCode, SecurityKey, User
from accounts.roles import Role
from audit.actions import record
from audit.actors import Actor, ActorKind

# Without letters and digits that are mistaken for each other on paper.
PASSWORD_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"  # noqa: S105 -- an alphabet
PASSWORD_LENGTH = 16


# -- sign-in ---------------------------------------------------------------------------------------
@transaction.atomic
def sign_in_finish(*, user: User, by: Actor, way: str = "") -> None:
    """Password and second factor were right; or what `way` names instead (a change code on a shared tablet)."""
    record(action="signed_in", subject=user, by=by, detail={"way": way} if way else {})


@transaction.atomic
def sign_in_fail(*, username: str, step: str, locked: bool = False) -> None:
    """A password or code was wrong (`step`: password, code, key, change_code), or the name is `locked` by now.

    The event names the login only if it exists: what was typed may be a password in the wrong field.
    """
    user = User.objects.filter(username=username).first()
    by = Actor(ActorKind.SYSTEM, user.username if user else "sign-in")
    record(action="sign_in_failed", subject=user or User(pk=0), by=by, detail={"step": step, "locked": locked})


@transaction.atomic
def sign_out_record(*, user: User, reason: str, by: Actor) -> None:
    """`reason`: asked, ended (the session was over), or handed_over (a shared tablet)."""
    record(action="signed_out", subject=user, by=by, detail={"reason": reason})


def second_factor_check(*, user: User, code: str) -> TOTPDevice:
    """The person's device, if `code` is right and unused. Raises CodeWrong or CodeThrottled.

    Not atomic as a whole: the count of wrong codes must stand although the sign-in is refused.
    """
    with transaction.atomic():
        device = TOTPDevice.objects.select_for_update().filter(user=user, confirmed=True).order_by("id").first()
        if device is None:
            raise CodeWrong
        allowed, _ = device.verify_is_allowed()
        accepted = allowed and device.verify_token(code)
        refused = CodeWrong() if allowed else CodeThrottled(_seconds_to_wait(device))
        if not accepted:
            sign_in_fail(username=user.username, step="code", locked=not allowed)
    if not accepted:
        raise refused
    return device


def _seconds_to_wait(device: TOTPDevice) -> int:
    """Whole seconds until the device takes the next code, at least 1."""
    _, refusal = device.verify_is_allowed()
    if not refusal:
        return 1
    locked_until: datetime = refusal["locked_until"]
    return max(1, round((locked_until - timezone.now()).total_seconds()))


@transaction.atomic
def second_factor_add(*, user: User, key: str, by: Actor) -> TOTPDevice:
    """Take over `key` (hex) as the person's authenticator. Raises SecondFactorExists if there is one."""
    User.objects.select_for_update().get(pk=user.pk)
    if TOTPDevice.objects.filter(user=user, confirmed=True).exists():
        raise SecondFactorExists
    device = TOTPDevice.objects.create(user=user, name="authenticator", key=key, confirmed=True)
    record(action="second_factor_added", subject=user, by=by)
    return device


@transaction.atomic
def second_factor_confirm(*, user: User, doing: str, by: Actor) -> None:
    """The person gave the second factor once more, before `doing` something that cannot be taken back."""
    record(action="second_factor_confirmed", subject=user, by=by, detail={"doing": doing})


@transaction.atomic
def second_factor_reset(*, person: User, by: Actor) -> None:
    """Forget authenticator and keys: open sessions lose their second factor, the next sign-in sets up a new one."""
    removed, _ = TOTPDevice.objects.filter(user=person).delete()
    keys, _ = SecurityKey.objects.filter(user=person).delete()
    ChangeCode.objects.filter(user=person).delete()
    record(action="second_factor_reset", subject=person, by=by, detail={"removed": removed, "keys": keys})


@transaction.atomic
def password_change(*, user: User, password: str, by: Actor) -> None:
    """The person's own choice; other sessions of this person end with the old password."""
    user.set_password(password)
    user.must_change_password = False
    user.save(update_fields=["password", "must_change_password"])
    record(action="password_changed", subject=user, by=by)


@transaction.atomic
def password_reset(*, person: User, by: Actor) -> str:
    """Set a first password, to be changed at the next sign-in. It is returned once and stored hashed."""
    password = get_random_string(PASSWORD_LENGTH, PASSWORD_LETTERS)
    person.set_password(password)
    person.must_change_password = True
    person.save(update_fields=["password", "must_change_password"])
    record(action="password_reset", subject=person, by=by)
    return password


# -- people ----------------------------------------------------------------------------------------
@transaction.atomic
def person_add(
    *,
    username: str,
    display_name: str,
    email: str,
    role: Role,
    password: str,
    by: Actor,
    must_change_password: bool = True,
) -> User:
    """Raises UserNameTaken, RoleNotInUse."""
    _must_be_in_use(role)
    person = User(
        username=username,
        display_name=display_name,
        email=email,
        role=role,
        must_change_password=must_change_password,
    )
    person.set_password(password)
    try:
        with transaction.atomic():
            person.save(force_insert=True)
    except IntegrityError as error:
        raise UserNameTaken from error
    record(action="person_added", subject=person, by=by, detail={"role": role})
    return person


@transaction.atomic
def person_change(*, person: User, display_name: str, email: str, role: Role, by: Actor) -> User:
    """Raises OwnAccount when someone changes the own role, RoleNotInUse."""
    _must_be_in_use(role)
    current = User.objects.select_for_update().get(pk=person.pk)
    if current.pk == by.user_id and current.role != role:
        raise OwnAccount
    detail = {"role_before": current.role, "role": str(role)}
    current.display_name, current.email, current.role = display_name, email, role
    current.save(update_fields=["display_name", "email", "role"])
    record(action="person_changed", subject=current, by=by, detail=detail)
    return current


@transaction.atomic
def person_deactivate(*, person: User, by: Actor) -> None:
    """The person can no longer sign in; open sessions end at their next request. Raises OwnAccount."""
    if person.pk == by.user_id:
        raise OwnAccount
    person.is_active = False
    person.save(update_fields=["is_active"])
    record(action="person_deactivated", subject=person, by=by)


@transaction.atomic
def person_activate(*, person: User, by: Actor) -> None:
    """Raises RoleNotInUse: the city's profile may have changed in the meantime."""
    _must_be_in_use(Role(person.role))
    person.is_active = True
    person.save(update_fields=["is_active"])
    record(action="person_activated", subject=person, by=by)


def _must_be_in_use(role: Role) -> None:
    if role not in roles_in_use():
        raise RoleNotInUse(role)


def first_password() -> str:
    """A password for a person's first sign-in, to be handed over on paper."""
    return get_random_string(PASSWORD_LENGTH, PASSWORD_LETTERS)
