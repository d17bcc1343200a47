"""manage.py load_city NAME|PATH [--dry-run] [--refit]: bring the installation to what a city profile says."""

from argparse import ArgumentParser
from itertools import groupby
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from audit.actors import Actor
from audit.errors import Refused
from postoffices.actions import profile_load, refuse_held_roles, refuse_other_city
from postoffices.city import forget_city
from postoffices.followers import followers
from postoffices.plan import Change, ChangeKind, Plan, plan_for
from postoffices.profile import Profile
from postoffices.reading import profile_path, read_profile

# More rows of one kind than this are told as a number; --verbosity 2 lists them.
MOST_LINES = 12
BY = Actor.system("load_city")


class Command(BaseCommand):
    help = "市のプロファイルを読み込みます。先に計画を示し、変わるものだけを変えます。"

    # A start with an unchanged profile should be quick, and nothing here depends on pages.
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("city", help="市の名前（例 kitakyushu）、または .toml ファイルのパス")
        parser.add_argument("--dry-run", action="store_true", help="計画だけを示し、何も変えません")
        parser.add_argument(
            "--refit",
            action="store_true",
            help="すでにある予約枠も新しい設定に合わせ、枠がなくなる方に案内メールを送ります",
        )
        parser.add_argument("--reason", default="", help="案内メールに書く理由（--refit のとき）")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            profile = read_profile(profile_path(options["city"]))
            refuse_other_city(profile)
            refuse_held_roles(profile)
            self.stdout.write(f"{profile.city.name}（{profile.city.slug}）のプロファイル")
            plan = plan_for(profile)
            self.tell(plan, everything=options["verbosity"] > 1)
            if options["dry_run"]:
                self.stdout.write(outcome(plan, dry_run=True))
                self.tell_differences(would_differ(profile), options["city"])
                return
            plan = profile_load(profile=profile, by=BY)
            self.stdout.write(outcome(plan, dry_run=False))
            if options["refit"]:
                self.follow(options)
            else:
                self.tell_differences(now_differs(), options["city"])
        except Refused as refused:
            raise CommandError(refused.message) from refused

    def follow(self, options: dict[str, Any]) -> None:
        """Bring about what stands elsewhere, and tell what was done."""
        for follower in followers():
            self.stdout.write("\n".join(follower.follow(options["reason"], BY)))

    def tell_differences(self, lines: list[str], city: str) -> None:
        """What does not agree with the profile, and how to change that; nothing when all agrees."""
        if lines:
            how = f"合わせるには: manage.py load_city {city} --refit、または画面の「予約枠」→「設定との違い」"
            self.stdout.write("\n".join([*lines, how]))

    def tell(self, plan: Plan, *, everything: bool) -> None:
        """Print the plan: counts first, then what changes."""
        counts = "、".join(f"{kind} {plan.count(kind)}" for kind in ChangeKind)
        self.stdout.write(f"  {counts}、変更なし {plan.unchanged}")
        for (kind, label), group in groupby(plan.changes, lambda change: (change.kind, change.table.label)):
            changes = list(group)
            if len(changes) > MOST_LINES and not everything and kind is ChangeKind.ADDED:
                self.stdout.write(f"  {kind} {label} {len(changes)}件")
                continue
            for change in changes:
                self.stdout.write("\n".join(lines_of(change)))


def now_differs() -> list[str]:
    return [line for follower in followers() for line in follower.differs()]


def would_differ(profile: Profile) -> list[str]:
    """What would not agree with the profile once it is loaded. Loaded for a moment, and taken back."""
    with transaction.atomic():
        profile_load(profile=profile, by=BY)
        lines = now_differs()
        transaction.set_rollback(True)
    forget_city()
    return lines


def lines_of(change: Change) -> list[str]:
    """One line for the row, one for each field that differs."""
    return [
        f"  {change.kind} {change.label}",
        *(f"      {name}: {old} → {new}" for name, old, new in change.differences),
    ]


def outcome(plan: Plan, *, dry_run: bool) -> str:
    if not plan.changes:
        return "変更はありません。"
    return "--dry-run のため、何も変えていません。" if dry_run else "読み込みました。"
