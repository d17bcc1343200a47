"""manage.py refit_slots [--apply]: bring slots that exist to the rules after a profile was loaded."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from audit.actors import Actor
from audit.errors import Refused
from postoffices.models import Office
from reservations.deadlines import last_bookable_day
from reservations.supply.actions import slots_refit
from reservations.supply.plan import SupplyPlan, supply_plan

WORDS = {
    "made": "増える時間帯",
    "closed": "なくなる時間帯",
    "widened": "席が増える時間帯",
    "narrowed": "席が減る時間帯",
    "kept": "そのままの予約",
    "refitted": "同じ時刻の別の枠へ移る予約",
    "orphaned": "枠がなくなる予約",
    "released": "解除する仮押さえ",
}


class Command(BaseCommand):
    help = "すでにある予約枠を、いまの設定に合わせます。--apply を付けるまでは、影響だけを示します。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--apply", action="store_true", help="実際に合わせ、枠がなくなる方に案内メールを送ります")
        parser.add_argument("--reason", default="", help="案内メールに書く理由")

    def handle(self, *args: Any, **options: Any) -> None:
        offices = list(Office.objects.filter(takes_bookings=True).order_by("pk"))
        first, last = timezone.localdate(), last_bookable_day()
        if not options["apply"]:
            self.tell(supply_plan(offices, first, last))
            self.stdout.write("--apply がないため、何も変えていません。")
            return
        by = Actor.system("refit_slots")
        try:
            plan = slots_refit(offices=offices, first=first, last=last, reason=options["reason"], by=by)
        except Refused as refused:
            raise CommandError(refused.message) from refused
        self.tell(plan)

    def tell(self, plan: SupplyPlan) -> None:
        for name, count in plan.counts().items():
            self.stdout.write(f"  {WORDS[name]} {count}")
