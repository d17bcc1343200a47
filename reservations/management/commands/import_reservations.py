"""manage.py import_reservations FOLDER [--dry-run]: take over what export_reservations wrote."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from audit.actors import Actor
from audit.errors import Refused
from postoffices.city import forget_city
from reservations.handover.folder import Folder, opened
from reservations.handover.taking import reservations_take_over


class Command(BaseCommand):
    help = "export_reservations が書き出したフォルダーを確かめ、空の環境に取り込みます（docs/handover.md）。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="書き出されたフォルダー")
        parser.add_argument("--dry-run", action="store_true", help="すべてを確かめますが、何も取り込みません")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            folder = opened(options["folder"])
            with transaction.atomic():
                reservations_take_over(folder=folder, by=Actor.system("import_reservations"))
                # Every row has been in the database by now, so its rules have been asked too.
                transaction.set_rollback(options["dry_run"])
        except Refused as refused:
            raise CommandError(refused.message) from refused
        finally:
            forget_city()
        self.tell(folder)
        self.stdout.write("--dry-run のため、何も取り込んでいません。" if options["dry_run"] else "取り込みました。")

    def tell(self, folder: Folder) -> None:
        manifest = folder.manifest
        self.stdout.write(f"{manifest.city.name}の予約データ（{manifest.moment:%Y-%m-%d %H:%M:%S}時点）")
        for part in manifest.tables:
            self.stdout.write(f"  {part.title} {part.rows}件（{part.name}）")
        self.stdout.write(f"manifest.json の SHA-256: {folder.manifest_sha256}")
