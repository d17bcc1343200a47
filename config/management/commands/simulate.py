"""`manage.py simulate --days 14 --seed 1`: days of a made-up city's life, up to now."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone

from config.simulation.cast import Cast, CastMissing
from config.simulation.devices import devices_registered
from config.simulation.documents import documents_written
from config.simulation.play import Play
from config.simulation.questions import questions_written
from config.simulation.staffing import people_engaged
from config.simulation.training import contract_worked


class Command(BaseCommand):
    help = "Play days of made-up city life through the same actions as people use. Only in the demo."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--days", type=int, default=14, help="whole days before today (default 14)")
        parser.add_argument("--seed", type=int, default=1, help="the same seed plays the same days")
        parser.add_argument("--today", action="store_true", help="only today's bookings for the demo's own clerks")
        parser.add_argument("--per-day", type=int, default=12, help="bookings made a day over the whole city")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("DATABASE_URL is set: made-up people belong on the demo's own database only.")
        try:
            cast = Cast.gather(timezone.localdate())
        except CastMissing as error:
            raise CommandError(str(error)) from error
        # Tables that were just filled have no statistics yet, and plans made while they were empty are kept.
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        play = Play(
            cast=cast,
            days=options["days"],
            per_day=options["per_day"],
            seed=options["seed"],
            only_today=options["today"],
        )
        documents_written(cast)
        questions_written(cast)
        devices_registered(cast)
        people_engaged(cast)
        contract_worked(cast)
        steps = play.run()
        played = "本日" if options["today"] else f"{options['days']}日"
        self.stdout.write(f"{played}分の架空の業務を再現しました（{steps}の操作）。")
