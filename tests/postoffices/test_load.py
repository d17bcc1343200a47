"""Loading a profile: a plan first, only what differs is written, nothing at all when something is wrong."""

from collections.abc import Callable
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import DatabaseError

from accounts.models import User
from accounts.roles import Role
from audit.actors import Actor
from audit.models import AuditEvent
from postoffices.actions import profile_load
from postoffices.city import current_city
from postoffices.faults import OtherCity, RolesHeld
from postoffices.models import (
    Calendar,
    CapacityPeriod,
    City,
    Closure,
    Holiday,
    Office,
    Procedure,
    Ward,
    WeeklyHours,
)
from postoffices.plan import ChangeKind, Plan
from postoffices.reading import profile_path, read_profile
from tests.people import staff_member

Load = Callable[..., Plan]
SECOND_OFFICE = '\n[[offices]]\ncode = "mihon-nishi"\nname = "見本西郵便局"\nward = "nishi"\ngroup = "offices"\n'


def command(*arguments: str) -> str:
    out = StringIO()
    call_command("load_city", *arguments, stdout=out)
    return out.getvalue()


def test_first_load_writes_everything_with_one_event(load: Load) -> None:
    plan = load()
    assert plan.count(ChangeKind.ADDED) == len(plan.changes) > 0
    assert [office.name for office in Office.objects.all()] == ["見本東郵便局", "見本西郵便局"]
    assert CapacityPeriod.objects.count() == 4
    assert WeeklyHours.objects.filter(calendar__code="counter").count() == 6
    assert Holiday.objects.get(day=date(2026, 9, 22)).name == "国民の休日"
    event = AuditEvent.objects.get()
    assert event.action == "profile_loaded"
    assert event.detail["counts"]["added"] == len(plan.changes)


def test_second_load_changes_nothing_and_leaves_no_event(load: Load) -> None:
    load()
    loaded_at = City.objects.get().loaded_at
    plan = load()
    assert plan.changes == []
    assert plan.unchanged > 0
    assert AuditEvent.objects.count() == 1
    assert City.objects.get().loaded_at == loaded_at


def test_a_change_of_comments_and_layout_is_no_change(load: Load) -> None:
    load()
    assert load(("[city]", "# 注記\n\n[city]")).changes == []


def test_only_what_differs_is_written(load: Load) -> None:
    load()
    plan = load(("見本西郵便局", "見本西浜郵便局"))
    named = [(change.kind, change.table.model, change.key) for change in plan.changes]
    assert named == [(ChangeKind.CHANGED, City, (1,)), (ChangeKind.CHANGED, Office, ("mihon-nishi",))]
    assert ("名称", "見本西郵便局", "見本西浜郵便局") in plan.changes[1].differences
    assert Office.objects.get(code="mihon-nishi").name == "見本西浜郵便局"


def test_a_changed_rule_is_told_by_its_key_and_holds_at_once(load: Load) -> None:
    load()
    assert current_city().rules.hold_minutes == 10
    plan = load(("hold_minutes = 10", "hold_minutes = 15"))
    assert ("hold_minutes", "10", "15") in plan.changes[0].differences
    assert current_city().rules.hold_minutes == 15


def test_primary_keys_survive_a_change(load: Load) -> None:
    load()
    before = dict(Office.objects.values_list("code", "pk"))
    load(("見本西郵便局", "見本西浜郵便局"), ("public_seats = 2", "public_seats = 3"))
    assert dict(Office.objects.values_list("code", "pk")) == before


@time_machine.travel("2026-11-21T10:00:00+09:00")
def test_an_office_no_longer_named_is_closed_and_kept(load: Load) -> None:
    load()
    plan = load((SECOND_OFFICE, ""))
    assert plan.count(ChangeKind.CLOSED) == 1
    office = Office.objects.get(code="mihon-nishi")
    assert office.closes_on == date(2026, 11, 21)
    assert not office.takes_bookings
    assert office.ward.code == "nishi"
    with time_machine.travel("2026-12-24T10:00:00+09:00"):
        assert load((SECOND_OFFICE, "")).changes == []


def test_an_office_named_again_opens_again(load: Load) -> None:
    load()
    load((SECOND_OFFICE, ""))
    load()
    office = Office.objects.get(code="mihon-nishi")
    assert office.closes_on is None
    assert office.takes_bookings
    assert office.capacity_periods.count() == 2


def test_a_ward_nobody_needs_goes_in_the_same_load_that_moves_its_office(load: Load) -> None:
    load()
    edits = (('[[wards]]\ncode = "nishi"\nname = "西区"\n', ""), ('ward = "nishi"', 'ward = "higashi"'))
    load(*edits)
    assert [ward.code for ward in Ward.objects.all()] == ["higashi"]
    assert load(*edits).changes == []


def test_a_procedure_no_longer_named_is_withdrawn_from_booking_and_kept(load: Load) -> None:
    load()
    source = Path(__file__).with_name("small.toml").read_text(encoding="utf-8")
    start = source.index('[[procedures]]\ncode = "pin-reset"')
    block = source[start : source.index("[[groups]]")]
    edits = ((block, ""), (', "pin-reset"]', "]"))
    load(*edits)
    assert not Procedure.objects.get(code="pin-reset").bookable_online
    assert [procedure.code for procedure in Office.objects.get(code="mihon-nishi").procedures.all()] == ["renewal"]
    assert load(*edits).changes == []


def test_hours_closures_and_holidays_no_longer_named_go(load: Load) -> None:
    load()
    load(
        ('fri = ["9:00-17:00"]\n\n[[calendars]]', "\n[[calendars]]"),
        ('closures = [{ first = 2025-12-29, last = 2026-01-03, yearly = true, reason = "年末年始" }]\n', ""),
        ("take_over = true", "take_over = true\ndrop = [2026-09-22]"),
    )
    assert not WeeklyHours.objects.filter(calendar__code="counter", weekday=4).exists()
    assert not Closure.objects.filter(calendar__code="counter").exists()
    assert not Holiday.objects.filter(day=date(2026, 9, 22)).exists()


def test_holidays_can_be_declined_and_own_ones_added(load: Load) -> None:
    load(("take_over = true", 'take_over = false\nadd = [{ day = 2026-10-01, name = "市制記念日" }]'))
    assert [holiday.name for holiday in Holiday.objects.all()] == ["市制記念日"]


def test_nothing_is_saved_when_the_audit_event_fails(load: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(**_: object) -> None:
        raise DatabaseError("the audit log is gone")

    monkeypatch.setattr("postoffices.actions.record", broken)
    with pytest.raises(DatabaseError):
        load()
    assert not City.objects.exists()
    assert not Office.objects.exists()


def test_another_city_is_refused(load: Load) -> None:
    load()
    with pytest.raises(OtherCity, match="見本市（mihon）"):
        profile_load(profile=read_profile(profile_path("fukuoka")), by=Actor.system("test"))
    assert Office.objects.count() == 2


def test_the_command_shows_the_plan_and_loads(edited: Callable[..., Path], db: None) -> None:
    shown = command(str(edited()))
    assert "見本市（mihon）のプロファイル" in shown
    assert "追加 拠点 mihon-higashi 見本東郵便局" in shown
    assert shown.endswith("読み込みました。\n")
    assert Office.objects.count() == 2
    assert command(str(edited())).endswith("変更はありません。\n")


def test_a_dry_run_shows_old_and_new_and_changes_nothing(edited: Callable[..., Path], db: None) -> None:
    command(str(edited()))
    shown = command(str(edited(("public_seats = 2", "public_seats = 3"))), "--dry-run")
    assert "変更 枠数 mihon-higashi 2026-10-01" in shown
    assert "公開枠: 2 → 3" in shown
    assert "何も変えていません" in shown
    assert CapacityPeriod.objects.filter(public_seats=3).count() == 0
    assert AuditEvent.objects.count() == 1


@pytest.mark.parametrize("arguments", [[], ["--dry-run"]])
def test_a_wrong_file_changes_nothing(edited: Callable[..., Path], db: None, arguments: list[str]) -> None:
    command(str(edited()))
    wrong = edited(("見本西郵便局", "見本西浜郵便局"), ('ward = "nishi"', 'ward = "kita"'))
    with pytest.raises(CommandError, match=r"offices\[mihon-nishi\]\.ward"):
        command(str(wrong), *arguments)
    assert Office.objects.get(code="mihon-nishi").name == "見本西郵便局"


def test_the_command_names_the_cities_it_knows(db: None) -> None:
    with pytest.raises(CommandError, match="fukuoka、kitakyushu"):
        command("osaka")


def test_a_calendar_closed_for_good_stays_while_a_closed_office_needs_it(load: Load) -> None:
    load(('ward = "nishi"\n', 'ward = "nishi"\ncalendar = "contract"\n'))
    assert Calendar.objects.get(code="contract").offices.count() == 1
    load((SECOND_OFFICE, ""))
    assert Calendar.objects.filter(code="contract").exists()


def test_profile_without_a_role_that_people_have_is_refused(load: Load, edited: Callable[..., Path]) -> None:
    load()
    clerk = staff_member(Role.CLERK)
    without = ('"clerk", ', "")
    with pytest.raises(RolesHeld, match="clerk「窓口担当"):
        load(without)
    with pytest.raises(CommandError, match="clerk「窓口担当"):
        command(str(edited(without)), "--dry-run")
    assert Role.CLERK in current_city().rules.roles
    User.objects.filter(pk=clerk.pk).update(is_active=False)
    load(without)
    assert Role.CLERK not in current_city().rules.roles
