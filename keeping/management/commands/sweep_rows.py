"""`manage.py sweep_rows [--dry-run]`: what the worker does every few hours, now."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from audit.actors import Actor
from keeping.rows.plans import plans
from keeping.rows.sweeping import due_rows, last_day_over, rows_sweep
from postoffices.city import current_city


class Command(BaseCommand):
    help = "Empty or delete rows with personal data whose retention is over."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only count")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["dry_run"]:
            rules = current_city().rules.retention
            for plan in plans():
                until = last_day_over(rules[plan.rule], timezone.localdate())
                rows = due_rows(plan, until).count()
                self.stdout.write(f"{plan.label}: {until}までの{rows}件（{plan.rule}）")
            return
        for label, rows in rows_sweep(by=Actor.system("retention")).items():
            self.stdout.write(f"{label}: {rows}件を消去しました。")
