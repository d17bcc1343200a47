"""Everything between an empty database and a demo that can be shown; safe to run at every start."""

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.demo import accounts
from audit.errors import Refused
from config.simulation.cast import Cast
from config.simulation.checks import checks_left
from config.simulation.papers import papers_kept
from postoffices.models import City
from postoffices.reading import fingerprint, profile_path, read_profile
from reservations.models import Reservation


def is_loaded(name: str) -> bool:
    """Whether the city stands as its profile says.

    Loading an unchanged profile again would take back what the demo's life changed since, such as a dated opening.
    """
    try:
        profile = read_profile(profile_path(name))
    except Refused:
        return False  # load_city then says what is wrong
    return City.objects.filter(profile_sha256=fingerprint(profile)).exists()


class Command(BaseCommand):
    help = "Migrate, load a city's profile, and fill an empty demo with made-up people and bookings."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("city", help="name of a profile in config/cities")
        parser.add_argument("--days", type=int, default=14, help="days of city life to make up")
        parser.add_argument("--seed", type=int, default=1, help="the same seed makes up the same days")
        parser.add_argument("--papers", action="store_true", help="leave defects, seal and scan forms, hand over")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("DATABASE_URL is set: made-up people belong on the demo's own database only.")
        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
        if not is_loaded(options["city"]):
            call_command("load_city", options["city"])
        call_command("materialise_slots")
        call_command("demo_people")
        if not Reservation.objects.exists():
            self.stdout.write(f"Making up {options['days']} days of city life (only at the first start)")
            call_command("simulate", days=options["days"], seed=options["seed"])
        elif not Reservation.objects.of_day(timezone.localdate()).exists():
            # A demo that is opened again on a later day finds its clerks with people to receive.
            call_command("simulate", days=0, seed=timezone.localdate().toordinal(), today=True)
        if options["papers"]:
            cast = Cast.gather(timezone.localdate())
            checks_left(cast)
            papers_kept(cast)
        self.list_accounts()

    def list_accounts(self) -> None:
        self.stdout.write("\nDemo accounts (the sign-in page also shows their one-time codes):")
        for account in accounts():
            person = account.person
            place = f" {account.place}" if account.place else ""
            self.stdout.write(f"  {person.username:<16}{person.password:<28}{person.role.label}{place}")
