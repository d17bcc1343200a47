"""One made-up person per role, two clerks at two offices and two reviewers, for the demo's sign-in page."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.actions import person_add, second_factor_add
from accounts.demo import DEMO_PEOPLE, DemoPerson, refuse_outside_demo
from accounts.errors import DemoOnly
from accounts.models import User
from accounts.roles import Role
from audit.actors import Actor
from postoffices.models import Office
from postoffices.postings import posting_assign

DEMO = Actor.system("demo")


class Command(BaseCommand):
    help = "Make the demo's people: one per role with a known password and one-time key. Only in the demo."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            refuse_outside_demo()
        except DemoOnly as error:
            raise CommandError(str(error)) from error
        users = [ensure(person) for person in DEMO_PEOPLE]
        clerks = [user for user in users if user.role == Role.CLERK]
        for clerk, office in zip(clerks, offices(len(clerks)), strict=False):
            if not hasattr(clerk, "posting"):
                posting_assign(user=clerk, office=office, by=DEMO)


def ensure(person: DemoPerson) -> User:
    """The person's row, made at the first run; what someone changed in the demo since is left alone."""
    user = User.objects.filter(username=person.username).first()
    if user is None:
        user = person_add(
            username=person.username,
            display_name=person.display_name,
            email=f"{person.username}@example.jp",
            role=person.role,
            password=person.password,
            must_change_password=False,
            by=DEMO,
        )
        second_factor_add(user=user, key=person.key, by=DEMO)
    elif not TOTPDevice.objects.filter(user=user).exists():
        second_factor_add(user=user, key=person.key, by=DEMO)
    return user


def offices(count: int) -> list[Office]:
    """The first `count` offices that take bookings, those already open before those that open later."""
    found = Office.objects.filter(takes_bookings=True).exclude(closes_on__lt=timezone.localdate())
    return list(found.order_by("opens_on", "ward__position", "position")[:count])
