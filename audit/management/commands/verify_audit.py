"""`manage.py verify_audit [--root ROOT ...]`: says whether the audit log is as it was written."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from audit.verification import verify


class Command(BaseCommand):
    help = "Finds any edit, deletion, insertion, reordering or cut tail in the audit log."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--root", action="append", default=[], help="a root printed in a daily report; may be given several times"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        result = verify(options["root"])
        self.stdout.write(f"{result.events} events, {result.seals} seals, {result.waiting} waiting for a seal")
        self.stdout.write(f"newest root {result.last_root or '-'}")
        for finding in result.findings:
            self.stdout.write(f"{finding.fault}: {finding.where}")
        if not result.intact:
            raise CommandError(f"The audit log was tampered with: {len(result.findings)} findings.")
        self.stdout.write("The audit log is intact.")
