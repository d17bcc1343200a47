"""`manage.py backup FOLDER --keys FILE`: database and vault, with the keys apart. See docs/operations.md."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from audit.actors import Actor
from audit.errors import Refused
from keeping.backups.making import backup_make


class Command(BaseCommand):
    help = "Write a backup of the database and the vault below FOLDER; the keys go into a file elsewhere."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--keys", type=Path, required=True, help="the key file, renewed by every backup")
        parser.add_argument("--keep", type=int, default=14, help="keys of so many backups are kept (default 14)")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["keep"] < 1:
            raise CommandError("--keep は1以上にしてください。")
        try:
            made = backup_make(
                into=options["folder"], keys=options["keys"], keep=options["keep"], by=Actor.system("backup")
            )
        except Refused as refused:
            raise CommandError(refused.message) from refused
        self.stdout.write(f"{made.folder} に控えを作りました：{made.rows}行、保管物{made.objects}件。")
        self.stdout.write(f"前回と同じ保管物{made.linked}件は、つなぐだけにしました。")
        for name in made.dropped:
            self.stdout.write(f"{name} の鍵を消しました。このフォルダーはもう開けないので、削除できます。")
