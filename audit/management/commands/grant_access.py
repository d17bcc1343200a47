"""`manage.py grant_access ROLE`: lets the role that the product signs in with use the tables it does not own."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from audit.grants import NoSuchRole, grant_access


class Command(BaseCommand):
    help = "Gives a plain role what the product needs, and keeps the audit log append-only for it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("role", help="name of a role of the database server that owns no table")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            grant_access(options["role"])
        except NoSuchRole as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{options['role']} may use every table; the audit log is append-only for it.")
