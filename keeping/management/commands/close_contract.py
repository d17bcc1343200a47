"""`manage.py close_contract list | export FOLDER | erase`: the end of the contract. See docs/operations.md."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from applications.standalone.export import archive_export
from audit.actors import Actor
from audit.errors import Refused
from keeping.closing.actions import closing_erase, closing_export_note
from keeping.closing.inventory import inventory
from reservations.handover.export import reservations_hand_over
from reservations.handover.manifest import NAME
from reservations.handover.rowfiles import fingerprint

BY = Actor.system("end of contract")


class Command(BaseCommand):
    help = "List what will be erased, export it, and erase it once two people have confirmed on screen."

    def add_arguments(self, parser: ArgumentParser) -> None:
        steps = parser.add_subparsers(dest="step", required=True)
        steps.add_parser("list", help="what stands here and will be erased")
        export = steps.add_parser("export", help="write kept applications and bookings; confirmations start over")
        export.add_argument("folder", type=Path)
        erase = steps.add_parser("erase", help="erase everything; asks for two confirmations made on screen")
        erase.add_argument("--keys", type=Path, help="the backups' key file, destroyed too")
        erase.add_argument("--certificate", type=Path, required=True, help="where the certificate (PDF) is written")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            {"list": self._list, "export": self._export, "erase": self._erase}[options["step"]](options)
        except Refused as refused:
            raise CommandError(refused.message) from refused

    def _list(self, options: dict[str, Any]) -> None:
        for name, count in inventory().items():
            self.stdout.write(f"{name}: {count:,}")

    def _export(self, options: dict[str, Any]) -> None:
        folder: Path = options["folder"]
        exported = archive_export(folder=folder / "archive", progress=self._progress, by=BY)
        if exported.damaged:
            raise CommandError(f"開けない申請書があります：{'、'.join(exported.damaged[:50])}")
        # A folder of its own each time: a handover is never mixed with an earlier one.
        bookings = folder / f"reservations-{timezone.localtime():%Y%m%dT%H%M%S%f}"
        reservations_hand_over(folder=bookings, by=BY)
        exports = {
            f"保存した申請書（{exported.rows:,}件）": f"SHA256SUMS の SHA-256 {exported.sums_sha256}",
            "予約データ": f"manifest.json の SHA-256 {fingerprint(bookings / NAME)}",
        }
        closing = closing_export_note(exports=exports, by=BY)
        for name, sums in exports.items():
            self.stdout.write(f"{name}： {sums}")
        self.stdout.write("消去するもの：")
        for name, count in closing.inventory.items():
            self.stdout.write(f"  {name}: {count:,}")
        self.stdout.write("画面「契約終了」で、二人が確認してください。")

    def _progress(self, done: int, total: int) -> None:
        if done % 100 == 0:
            self.stdout.write(f"{done} / {total}件")

    def _erase(self, options: dict[str, Any]) -> None:
        closing = closing_erase(keys=options["keys"], by=BY)
        for name, count in closing.result["proof"].items():
            self.stdout.write(f"{name}: {count}")
        if closing.certificate is None:
            raise CommandError("消去しきれていないものがあります。原因を取り除いて、もう一度実行してください。")
        options["certificate"].write_bytes(bytes(closing.certificate))
        self.stdout.write(f"消去証明書： {options['certificate']}（SHA-256 {closing.certificate_sha256}）")
        self.stdout.write("VAULT_ROOT_KEY と、ほかの場所にあるバックアップを廃棄してください。")
