"""`manage.py export_archive FOLDER [--recipient age1...]`: kept applications for the years after this product."""

import shutil
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from applications.standalone.encrypting import encrypt_folder, recipient_of
from applications.standalone.export import archive_export
from audit.actors import Actor
from audit.errors import Refused


class Command(BaseCommand):
    # The checks would load every page of the product, and all that draws papers, into memory.
    requires_system_checks = []
    help = "Write kept applications into FOLDER, with index, checksums and a search page. Goes on where it stopped."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--recipient", help="the city's age public key: makes FOLDER.tar.age and removes FOLDER")

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["folder"]
        try:
            recipient = recipient_of(options["recipient"]) if options["recipient"] else None
        except Refused as refused:
            raise CommandError(refused.message) from refused
        exported = archive_export(folder=folder, progress=self._progress, by=Actor.system("archive export"))
        self.stdout.write(f"{exported.rows}件を書き出しました（今回{exported.written}件）。")
        if exported.erased:
            self.stdout.write(f"保存期間が終わって消去された{exported.erased}件は含みません。")
        self.stdout.write(f"SHA256SUMS の SHA-256： {exported.sums_sha256}")
        if recipient is not None:
            target = folder.with_name(folder.name + ".tar.age")
            encrypt_folder(folder, target, recipient)
            shutil.rmtree(folder)
            self.stdout.write(f"{target} に暗号化し、元のフォルダーを削除しました。")
        if exported.damaged:
            raise CommandError(f"開けない申請書があります：{'、'.join(exported.damaged[:50])}")

    def _progress(self, done: int, total: int) -> None:
        if done % 100 == 0 or done == total:
            self.stdout.write(f"{done} / {total}件", ending="\r")
            self.stdout.flush()
