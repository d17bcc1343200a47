"""Make the bookable times of all offices up to the city's horizon. Run again, it makes nothing twice."""

from django.core.management.base import BaseCommand

from audit.actors import Actor
from reservations.horizon import slots_to_horizon


class Command(BaseCommand):
    help = "予約枠を、予約できる最終日まで作ります。"

    def handle(self, *args: object, **options: object) -> None:
        made = slots_to_horizon(by=Actor.system("materialise_slots"))
        self.stdout.write(f"予約枠を{made}件作りました。" if made else "予約枠はそろっています。")
