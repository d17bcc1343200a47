"""The demo's people: visibly made up, one or two per role, with passwords and keys that everyone may know.

Everything here works only on the demo's own database (`settings.DEMO`): an installation neither lists these
people nor lets them in, even if their rows had come into its database.
"""

import hashlib
import time
from dataclasses import dataclass

from django.conf import settings
from django_otp.oath import hotp
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.errors import DemoOnly
from accounts.models import User
from accounts.roles import Role


@dataclass(frozen=True, slots=True)
class DemoPerson:
    username: str
    display_name: str
    role: Role

    @property
    def password(self) -> str:
        return f"mihon-{self.username}-demo"

    @property
    def key(self) -> str:
        """The authenticator's key (hex), the same on every machine."""
        return hashlib.sha256(f"madoguchi demo {self.username}".encode()).hexdigest()[:40]


DEMO_PEOPLE = (
    DemoPerson("clerk-1", "見本 さくら", Role.CLERK),
    DemoPerson("clerk-2", "見本 つばき", Role.CLERK),
    DemoPerson("reviewer", "見本 かえで", Role.REVIEWER),
    DemoPerson("reviewer-2", "見本 もみじ", Role.REVIEWER),
    DemoPerson("city-officer", "見本 市子", Role.CITY_OFFICER),
    DemoPerson("bureau", "架空 事務子", Role.BUREAU),
    DemoPerson("operator", "架空 電話子", Role.OPERATOR),
    DemoPerson("helpdesk-agent", "架空 助太郎", Role.HELPDESK_AGENT),
    DemoPerson("trainer", "架空 学", Role.TRAINER),
    DemoPerson("device-keeper", "架空 機器夫", Role.DEVICE_KEEPER),
    DemoPerson("manager", "架空 責任子", Role.MANAGER),
    DemoPerson("auditor", "見本 監査郎", Role.AUDITOR),
    DemoPerson("administrator", "架空 管理子", Role.ADMINISTRATOR),
)
PEOPLE_BY_USERNAME = {person.username: person for person in DEMO_PEOPLE}


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """What the sign-in page shows of one person. `code` is good for `seconds` more."""

    person: DemoPerson
    place: str
    code: str
    seconds: int


def refuse_outside_demo() -> None:
    """Raises DemoOnly in an installation."""
    if not settings.DEMO:
        raise DemoOnly("DATABASE_URL is set: made-up people belong on the demo's own database only.")


def is_known_to_everyone(username: str, password: str) -> bool:
    """Whether this is a demo person's published password; an installation never takes it."""
    person = PEOPLE_BY_USERNAME.get(username)
    return person is not None and person.password == password


def accounts() -> list[DemoAccount]:
    """The demo's people as they stand in the database, with their codes of this moment; none in an installation."""
    if not settings.DEMO:
        return []
    return _accounts_of(list(PEOPLE_BY_USERNAME))


def account_of(user: User) -> DemoAccount | None:
    """The demo account of one person; None in an installation or for a real person."""
    if not settings.DEMO or user.username not in PEOPLE_BY_USERNAME:
        return None
    return next(iter(_accounts_of([user.username])), None)


def _accounts_of(usernames: list[str]) -> list[DemoAccount]:
    devices = TOTPDevice.objects.filter(user__username__in=usernames, confirmed=True, user__is_active=True)
    by_name = {device.user.username: device for device in devices.select_related("user")}
    return [
        DemoAccount(person, _place(by_name[person.username].user), *next_code(by_name[person.username]))
        for person in DEMO_PEOPLE
        if person.username in by_name
    ]


def _place(user: User) -> str:
    # The posting belongs to a room above; a clerk's office is only read here, for the demo's list.
    posting = getattr(user, "posting", None) if user.role == Role.CLERK else None
    return str(posting.office) if posting else ""


def next_code(device: TOTPDevice) -> tuple[str, int]:
    """The code that the device takes now, and the seconds until it changes.

    A code works once, so after a sign-in this is the next half minute's, which is accepted early; the device
    then believes our clock to be fast (`drift`), and takes only codes near to that.
    """
    now = int(time.time())
    current = now // device.step
    step = max(current, current + device.drift - device.tolerance, device.last_t + 1)
    code = hotp(device.bin_key, step, device.digits)
    return f"{code:0{device.digits}d}", (step + 1) * device.step - now
