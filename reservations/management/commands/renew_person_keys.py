"""Compute the hashes of the persons of all active bookings anew, after SECRET_KEY was changed."""

from typing import Any

from django.core.management.base import BaseCommand

from reservations.fairness.renewal import renew_person_keys


class Command(BaseCommand):
    help = "有効な予約の本人のハッシュを作り直します（SECRET_KEY を変えた後に一度実行します）。"

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{renew_person_keys()}件の予約を更新しました。")
