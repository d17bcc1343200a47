"""`manage.py restore FOLDER --keys FILE`: a backup into an empty installation. See docs/operations.md."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from audit.actors import Actor
from audit.errors import Refused
from keeping.backups.restoring import backup_restore


class Command(BaseCommand):
    help = "Bring a backup back into an empty database and an empty vault."
    # The checks want tables, and there are none yet.
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="one backup: the folder with manifest.json")
        parser.add_argument("--keys", type=Path, required=True, help="the newest key file")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            restored = backup_restore(folder=options["folder"], keys=options["keys"], by=Actor.system("backup"))
        except Refused as refused:
            raise CommandError(refused.message) from refused
        self.stdout.write(f"{restored.rows}行、保管物{restored.objects}件を戻し、件数と中身を確かめました。")
        self.stdout.write(f"控えのあとに消去されていた{restored.erased_again}件は、もう一度消去しました。")
        for finding in restored.audit.findings:
            self.stdout.write(f"{finding.fault}: {finding.where}")
        if not restored.audit.intact:
            raise CommandError("監査記録が、控えを作ったときのものと違います。")
        self.stdout.write(f"監査記録{restored.audit.events}件、封印{restored.audit.seals}件は正しいままです。")
