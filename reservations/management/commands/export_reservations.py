"""manage.py export_reservations FOLDER: everything about bookings, for the next operator."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from audit.actors import Actor
from audit.errors import Refused
from reservations.handover.export import reservations_hand_over
from reservations.handover.manifest import NAME, Manifest
from reservations.handover.rowfiles import fingerprint

REMARKS = {
    "holds_left_behind": "仮押さえ{count}件は、書き出していません（入力の途中で、10分ほどで消えるものです）。",
    "offers_taken_back": "空き待ちのご案内中の{count}件は、引き継ぎ先で、同じ順番のまま空き待ちに戻ります。",
    "slots_with_wrong_counters": "使用数が予約と合わない予約枠が{count}件あります。取り込む前に確かめてください。",
    "messages_still_to_send": "まだ送っていない通知が{count}件あります。本文も書き出しました。",
}


class Command(BaseCommand):
    help = "予約のすべてを、空のフォルダーに CSV と JSON Lines で書き出します（docs/handover.md）。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="書き出し先（空、またはまだないフォルダー）")

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["folder"]
        try:
            manifest = reservations_hand_over(folder=folder, by=Actor.system("export_reservations"))
        except Refused as refused:
            raise CommandError(refused.message) from refused
        except OSError as error:
            raise CommandError(f"{folder} に書き出せません（{error.strerror}）。") from error
        self.tell(manifest)
        self.stdout.write(f"manifest.json の SHA-256: {fingerprint(folder / NAME)}")

    def tell(self, manifest: Manifest) -> None:
        self.stdout.write(f"{manifest.city.name}の予約データ（{manifest.moment:%Y-%m-%d %H:%M:%S}時点）")
        for part in manifest.tables:
            self.stdout.write(f"  {part.title} {part.rows}件（{part.name}）")
        for name, count in manifest.remarks.items():
            if count:
                self.stdout.write(REMARKS[name].format(count=count))
