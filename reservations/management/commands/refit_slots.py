"""manage.py refit_slots [--apply]: bring slots that exist to the rules after a profile was loaded."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from audit.actors import Actor
from audit.errors import Refused
from reservations.supply.agreement import Whole, lines_of, supply_agree


class Command(BaseCommand):
    help = "すでにある予約枠を、いまの設定に合わせます。--apply を付けるまでは、影響だけを示します。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--apply", action="store_true", help="実際に合わせ、枠がなくなる方に案内メールを送ります")
        parser.add_argument("--reason", default="", help="案内メールに書く理由")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["apply"]:
            self.stdout.write("\n".join(lines_of(Whole.now().plan())))
            self.stdout.write("--apply がないため、何も変えていません。")
            return
        try:
            plan = supply_agree(reason=options["reason"], by=Actor.system("refit_slots"))
        except Refused as refused:
            raise CommandError(refused.message) from refused
        self.stdout.write("\n".join(lines_of(plan)))
