"""What a single key cannot show: names that point nowhere, codes used twice, periods that overlap."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, time
from itertools import pairwise

from postoffices.faults import Fault, shown
from postoffices.holidays import proposed_holidays
from postoffices.models import CalendarKind
from postoffices.neutral import RETENTION_NAMES
from postoffices.profile import (
    CalendarPart,
    CapacityPart,
    GroupPart,
    OfficePart,
    ProcedureHoursPart,
    Profile,
    WeeklyPart,
)

LONGEST_HOLIDAY_DAYS = 3653


def contradictions(profile: Profile) -> list[Fault]:
    """Every contradiction between parts of a profile whose single keys are right."""
    return [
        *codes_used_twice(profile),
        *unknown_names(profile),
        *rule_faults(profile),
        *counter_faults(profile),
        *desk_faults(profile),
        *holiday_faults(profile),
        *(fault for calendar in profile.calendars for fault in calendar_faults(profile, calendar)),
        *(fault for group in profile.groups for fault in capacity_faults(f"groups[{group.code}]", group.capacity)),
        *(
            fault
            for office in profile.offices
            for fault in capacity_faults(f"offices[{office.code}]", office.capacity or [])
        ),
        *office_faults(profile),
        *hours_faults(profile),
    ]


def codes_used_twice(profile: Profile) -> Iterator[Fault]:
    for name in ("wards", "calendars", "procedures", "groups", "offices"):
        counts = Counter(part.code for part in getattr(profile, name))
        for code in (code for code, count in counts.items() if count > 1):
            yield Fault(f"{name}[{code}].code", shown(code), f"{name} の中で一度だけ使うコード")


def unknown_names(profile: Profile) -> Iterator[Fault]:
    """References to wards, groups, calendars and procedures that the file does not define."""
    calendars = [calendar.code for calendar in profile.calendars]
    desks, reports = profile.rules.desks, profile.rules.reports
    for key, named in (
        ("rules.desks.citizen.calendar", desks.citizen.calendar),
        ("rules.desks.helpdesk.calendar", desks.helpdesk.calendar),
        ("rules.reports.daily.calendar", reports.daily.calendar),
        ("rules.reports.monthly.calendar", reports.monthly.calendar),
    ):
        yield from one_of(key, named, calendars, "calendars")
    training = profile.rules.training
    for key, code in (("hands_on_closed", training.hands_on_closed), ("on_site_open", training.on_site_open)):
        if code:
            yield from one_of(f"rules.training.{key}", code, calendars, "calendars")
    review, offered = profile.rules.review, [procedure.code for procedure in profile.procedures]
    for named in review.second_look.procedures:
        yield from one_of("rules.review.second_look.procedures", named, offered, "procedures")
    for point in review.checks:
        for named in point.procedures:
            yield from one_of(f"rules.review.checks[{point.code}].procedures", named, offered, "procedures")
    for group in profile.groups:
        yield from place_names(profile, f"groups[{group.code}]", group)
    for office in profile.offices:
        key = f"offices[{office.code}]"
        yield from one_of(f"{key}.ward", office.ward, [ward.code for ward in profile.wards], "wards")
        yield from one_of(f"{key}.group", office.group, [group.code for group in profile.groups], "groups")
        yield from place_names(profile, key, office)


def place_names(profile: Profile, key: str, place: GroupPart | OfficePart) -> Iterator[Fault]:
    if place.calendar:
        known = [calendar.code for calendar in profile.calendars]
        yield from one_of(f"{key}.calendar", place.calendar, known, "calendars")
    for rule in place.procedure_hours or []:
        known = [procedure.code for procedure in profile.procedures]
        yield from one_of(f"{key}.procedure_hours.procedure", rule.procedure, known, "procedures")
    for named in place.procedures or []:
        known = [procedure.code for procedure in profile.procedures]
        yield from one_of(f"{key}.procedures", named, known, "procedures")


def one_of(key: str, named: str, known: list[str], section: str) -> Iterator[Fault]:
    if named not in known:
        yield Fault(key, shown(named), f"{section} にあるコード（{'、'.join(known)}）")


def rule_faults(profile: Profile) -> Iterator[Fault]:
    for name in RETENTION_NAMES:
        if name not in profile.rules.retention:
            yield Fault(f"rules.retention.{name}", "（ありません）", "保存期間（例 { years = 1 }）")
    for reminder, count in Counter(profile.rules.reminders).items():
        if count > 1:
            yield Fault("rules.reminders", f"{reminder.days_before}日前が{count}回", "同じ時刻は一度だけ")


def counter_faults(profile: Profile) -> Iterator[Fault]:
    """Offices and procedures that the counter's rules name, and codes that stand twice there."""
    counter = profile.rules.counter
    for code in counter.ticket_offices:
        yield from one_of("rules.counter.ticket_offices", code, [office.code for office in profile.offices], "offices")
    procedures = [procedure.code for procedure in profile.procedures]
    for fee in counter.fees:
        for code in fee.procedures:
            yield from one_of(f"rules.counter.fees[{fee.code}].procedures", code, procedures, "procedures")
    for name in ("fees", "fee_exemptions", "referrals"):
        counts = Counter(part.code for part in getattr(counter, name))
        for code in (code for code, count in counts.items() if count > 1):
            yield Fault(f"rules.counter.{name}[{code}].code", shown(code), f"{name} の中で一度だけ使うコード")


def desk_faults(profile: Profile) -> Iterator[Fault]:
    """Two categories of a desk may share neither code nor digit; a retired one has given its digit back."""
    for name, desk in (("citizen", profile.rules.desks.citizen), ("helpdesk", profile.rules.desks.helpdesk)):
        codes = Counter(category.code for category in desk.categories)
        keys = Counter(category.key for category in desk.categories if not category.retired)
        for what, counts in (("code", codes), ("key", keys)):
            for used in (used for used, count in counts.items() if count > 1):
                yield Fault(f"rules.desks.{name}.categories.{what}", shown(used), "窓口の中で一度だけ使う値")
        if desk.categories and not keys:
            yield Fault(f"rules.desks.{name}.categories", "すべて retired", "使う分類が一つ以上")


def holiday_faults(profile: Profile) -> Iterator[Fault]:
    holidays, contract = profile.holidays, profile.rules.contract
    if holidays.first > holidays.last:
        yield Fault("holidays.last", shown(holidays.last), f"first（{holidays.first}）以後の日")
        return
    if (holidays.last - holidays.first).days > LONGEST_HOLIDAY_DAYS:
        yield Fault("holidays", f"{holidays.first}〜{holidays.last}", "10年以内の期間")
        return
    if holidays.take_over and (holidays.first > contract.begins or holidays.last < contract.ends):
        range_text = f"{holidays.first}〜{holidays.last}"
        yield Fault("holidays", range_text, f"契約の期間（{contract.begins}〜{contract.ends}）を含む期間")
    proposed = proposed_holidays(holidays.first, holidays.last)
    for day in holidays.drop:
        if day not in proposed:
            yield Fault("holidays.drop", shown(day), "期間の中の国民の祝日")


def calendar_faults(profile: Profile, calendar: CalendarPart) -> Iterator[Fault]:
    key = f"calendars[{calendar.code}]"
    for name, periods in zip(WeeklyPart.model_fields, calendar.weekly.by_weekday(), strict=True):
        yield from period_faults(f"{key}.weekly.{name}", periods)
    for closure in calendar.closures:
        if closure.first > closure.last:
            yield Fault(f"{key}.closures.last", shown(closure.last), f"first（{closure.first}）以後の日")
        elif closure.yearly and (closure.last - closure.first).days >= 365:
            yield Fault(f"{key}.closures", f"{closure.first}〜{closure.last}", "毎年の閉庁は1年より短い期間")
    days = Counter(opening.day for opening in calendar.openings)
    for opening in calendar.openings:
        yield from opening_faults(profile, calendar, f"{key}.openings", opening.day, opening.hours)
        if days[opening.day] > 1:
            yield Fault(f"{key}.openings.day", shown(opening.day), "同じ日は一度だけ（時間は hours に並べる）")


def opening_faults(
    profile: Profile, calendar: CalendarPart, key: str, day: date, hours: list[tuple[time, time]]
) -> Iterator[Fault]:
    if not hours:
        yield Fault(f"{key}.hours", "[]", '開庁する時間（例 ["9:00-12:00"]）')
    yield from period_faults(f"{key}.hours", hours)
    if calendar.kind == CalendarKind.COUNTER and profile.rules.maintenance.stops_on(day):
        yield Fault(f"{key}.day", shown(day), "全国システムの休止日（rules.maintenance）でない日")


def period_faults(key: str, periods: list[tuple[time, time]]) -> Iterator[Fault]:
    for (_, closes), (opens, _) in pairwise(sorted(periods)):
        if opens < closes:
            yield Fault(key, f"{opens:%H:%M} が {closes:%H:%M} より前", "重ならない時間帯")


def capacity_faults(key: str, periods: Iterable[CapacityPart]) -> Iterator[Fault]:
    ordered = sorted(periods, key=lambda period: period.first)
    for period in ordered:
        if period.last and period.first > period.last:
            yield Fault(f"{key}.capacity.last", shown(period.last), f"first（{period.first}）以後の日")
    for before, after in pairwise(ordered):
        if before.last is None or before.last >= after.first:
            until = before.last or "終わりなし"
            yield Fault(
                f"{key}.capacity", f"{before.first}〜{until} と {after.first}〜", "重ならない期間（last を書く）"
            )


def office_faults(profile: Profile) -> Iterator[Fault]:
    """What an office lacks once its group's values are filled in."""
    groups = {group.code for group in profile.groups}
    if any(office.group not in groups for office in profile.offices):
        return
    for office in profile.complete_offices():
        key = f"offices[{office.code}]"
        if office.closes_on and office.closes_on < office.opens_on:
            yield Fault(f"{key}.closes_on", shown(office.closes_on), f"opens_on（{office.opens_on}）以後の日")
        if office.takes_bookings and not office.procedures:
            yield Fault(f"{key}.procedures", "[]", "予約を受ける拠点には手続きが必要")
        if office.takes_bookings and not office.capacity:
            yield Fault(f"{key}.capacity", "[]", "予約を受ける拠点には枠数が必要")


def hours_faults(profile: Profile) -> Iterator[Fault]:
    """Rules of procedures at groups and offices: each procedure once, each day once, and something said."""
    for name, places in (("groups", profile.groups), ("offices", profile.offices)):
        for place in places:
            rules = place.procedure_hours or []
            key = f"{name}[{place.code}].procedure_hours"
            for code, count in Counter(rule.procedure for rule in rules).items():
                if count > 1:
                    yield Fault(f"{key}.procedure", shown(code), "場所の中で一度だけ書く手続き")
            for rule in rules:
                yield from rule_hours_faults(f"{key}[{rule.procedure}]", rule)


def rule_hours_faults(key: str, rule: ProcedureHoursPart) -> Iterator[Fault]:
    if rule.weekly is None and not rule.dates:
        yield Fault(key, "（weekly も dates もありません）", "weekly か dates の、少なくともどちらか")
    for name, periods in zip(WeeklyPart.model_fields, rule.weekly.by_weekday() if rule.weekly else [], strict=False):
        yield from period_faults(f"{key}.weekly.{name}", periods)
    for day, count in Counter(dated.day for dated in rule.dates).items():
        if count > 1:
            yield Fault(f"{key}.dates.day", shown(day), "同じ日は一度だけ（時間は hours に並べる）")
    for dated in rule.dates:
        yield from period_faults(f"{key}.dates.hours", dated.hours)
