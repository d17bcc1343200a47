"""A wrong profile is refused with the key, the value and what was expected; all mistakes at once."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from postoffices.faults import ProfileMissing, ProfileWrong
from postoffices.reading import profile_path, read_profile
from tests.postoffices.conftest import SMALL, Edit

type_faults: list[tuple[Edit, str, str, str]] = [
    (("hold_minutes = 10", 'hold_minutes = "十分"'), "rules.hold_minutes", '"十分"', "整数"),
    (("hold_minutes = 10", "hold_minutes = 0"), "rules.hold_minutes", "0", "1 以上の数"),
    (("hold_minutes = 10", "hold_minutes = true"), "rules.hold_minutes", "true", "整数"),
    (("horizon_days = 30", "horizon_days = 400"), "rules.horizon_days", "400", "366 以下の数"),
    (("horizon_days = 30\n", ""), "rules.horizon_days", "（ありません）", "必須"),
    (("horizon_days = 30", "horison_days = 30"), "rules.horison_days", "30", "もしかして: horizon_days"),
    (('at = "17:00"', 'at = "25:00"'), "rules.deadlines.book.at", '"25:00"', "時:分"),
    (('at = "10:00"', "at = 10"), "rules.reminders[1].at", "10", "時:分"),
    (('"administrator"', '"auditor"'), "rules", "", "administrator"),
    (('"clerk"', '"king"'), "rules.roles[1]", '"king"', "'clerk'"),
    (("audit = { years = 5 }", "audit = { years = 5, months = 1 }"), "rules.retention.audit", "", "どちらか一つ"),
    (("visit = { years = 3 }\n", ""), "rules.retention.visit", "（ありません）", "保存期間"),
    (("paper_until = 2026-11-30\n", ""), "rules.signature", "", "両方"),
    (("paper_until = 2026-11-30", "paper_until = 2026-08-30"), "rules.signature", "", "以後の日"),
    (("begins = 2026-07-01", 'begins = "2026-07-01"'), "rules.contract.begins", '"2026-07-01"', "日付"),
    (("ends = 2027-03-31", "ends = 2025-03-31"), "rules.contract", "", "以後の日"),
    (('first = "12-29"', 'first = "13-29"'), "rules.maintenance.year_end.first", '"13-29"', "月-日"),
    (('phone = "000-222-0100"', 'phone = "内線5"'), "rules.desks.citizen.phone", '"内線5"', "形式"),
    (("open_days_after = 1, ", ""), "rules.reports.daily", "", "どちらか一つ"),
    (('mon = ["9:00-17:00"]', 'mon = ["17:00-9:00"]'), "calendars[counter].weekly.mon[1]", '"17:00-9:00"', "開始-終了"),
    (('mon = ["9:00-17:00"]', 'mon = "9:00-17:00"'), "calendars[counter].weekly.mon", '"9:00-17:00"', "配列"),
    (('kind = "counter"', 'kind = "shop"'), "calendars[counter].kind", '"shop"', "'helpdesk'"),
    (('kind = "post_office"', 'kind = "shop"'), "groups[offices].kind", '"shop"', "'post_office'"),
    (('name = "見本東郵便局"', 'name = " "'), "offices[mihon-higashi].name", '" "', "空でない文字列"),
    (('code = "mihon-nishi"', 'code = "見本西"'), "offices[見本西].code", '"見本西"', "形式"),
    (("slot_minutes = 30, public_seats = 1", "slot_minutes = 1, public_seats = 1"),
     "groups[offices].capacity[1].slot_minutes", "1", "5 以上の数"),
    (("public_seats = 1 }", "public_seats = -1 }"), "groups[offices].capacity[1].public_seats", "-1", "0 以上の数"),
    (('eligibility = "renewal"', 'eligibility = "magic"'), "procedures[renewal].eligibility", '"magic"', "'issue'"),
    (("hold_minutes = 10", "hold_minutes = 10\ngroup_limit = 5"), "rules.group_limit", "5", "4 以下の数"),
    (("horizon_days = 30", 'horizon_days = 30\nmap_link = "https://map.example.jp/"'),
     "rules.map_link", "https://map.example.jp/", "形式"),
]  # fmt: skip

contradictory: list[tuple[Edit, str, str, str]] = [
    (('ward = "nishi"', 'ward = "kita"'), "offices[mihon-nishi].ward", '"kita"', "higashi、nishi"),
    (('group = "offices"', 'group = "shops"'), "offices[mihon-higashi].group", '"shops"', "offices"),
    (('procedures = ["renewal", "pin-reset"]', 'procedures = ["renewal", "marriage"]'),
     "groups[offices].procedures", '"marriage"', "renewal、pin-reset"),
    (('ward = "nishi"\n', 'ward = "nishi"\ncalendar = "moon"\n'), "offices[mihon-nishi].calendar", '"moon"', "counter"),
    (('calendar = "contract"\n\n[rules.desks.helpdesk]', 'calendar = "desk"\n\n[rules.desks.helpdesk]'),
     "rules.desks.citizen.calendar", '"desk"', "counter、contract"),
    (('daily = { open_days_after = 1, calendar = "contract" }', 'daily = { open_days_after = 1, calendar = "x" }'),
     "rules.reports.daily.calendar", '"x"', "counter、contract"),
    (('code = "mihon-nishi"', 'code = "mihon-higashi"'), "offices[mihon-higashi].code", '"mihon-higashi"', "一度だけ"),
    (('code = "nishi"', 'code = "higashi"'), "wards[higashi].code", '"higashi"', "一度だけ"),
    (("last = 2026-09-30, slot", "last = 2026-10-01, slot"), "groups[offices].capacity", "2026-10-01", "重ならない"),
    (("last = 2026-09-30, slot", "slot"), "groups[offices].capacity", "終わりなし", "重ならない"),
    (("last = 2026-09-30, slot", "last = 2026-08-31, slot"), "groups[offices].capacity.last", "2026-08-31", "以後の日"),
    (('thu = ["9:00-12:00", "13:00-19:00"]', 'thu = ["9:00-12:00", "11:30-19:00"]'),
     "calendars[counter].weekly.thu", "11:30", "重ならない"),
    (("last = 2026-01-03, yearly", "last = 2025-01-03, yearly"),
     "calendars[counter].closures.last", "2025-01-03", "以後"),
    (("last = 2026-01-03, yearly", "last = 2027-01-03, yearly"),
     "calendars[counter].closures", "2027-01-03", "1年より短い"),
    (("day = 2026-08-23", "day = 2026-08-16"), "calendars[counter].openings.day", "2026-08-16", "全国システム"),
    (('hours = ["9:00-12:00"]', "hours = []"), "calendars[counter].openings.hours", "[]", "開庁する時間"),
    (('hours = ["9:00-12:00"] }', 'hours = ["9:00-12:00"] }, { day = 2026-08-23, hours = ["13:00-14:00"] }'),
     "calendars[counter].openings.day", "2026-08-23", "一度だけ"),
    (("take_over = true\nfirst = 2026-07-01", "take_over = true\nfirst = 2026-08-01"),
     "holidays", "2026-08-01", "契約の期間"),
    (("last = 2027-03-31\n\n[[wards", "last = 2026-03-31\n\n[[wards"), "holidays.last", "2026-03-31", "以後の日"),
    (("last = 2027-03-31\n\n[[wards", "last = 9999-12-31\n\n[[wards"), "holidays", "9999-12-31", "10年以内"),
    (("take_over = true", "take_over = true\ndrop = [2026-09-24]"), "holidays.drop", "2026-09-24", "国民の祝日"),
    (("opens_on = 2026-09-01", "opens_on = 2026-09-01\ncloses_on = 2026-08-01"),
     "offices[mihon-higashi].closes_on", "2026-08-01", "以後の日"),
    (('procedures = ["renewal", "pin-reset"]', "procedures = []"),
     "offices[mihon-higashi].procedures", "[]", "手続きが必要"),
    (('ward = "nishi"\n', 'ward = "nishi"\ncapacity = []\n'), "offices[mihon-nishi].capacity", "[]", "枠数が必要"),
    (("[rules.retention]", '[[rules.reminders]]\ndays_before = 1\nat = "10:00"\n\n[rules.retention]'),
     "rules.reminders", "2回", "一度だけ"),
]  # fmt: skip


@pytest.mark.parametrize(("edit", "key", "value", "expected"), [*type_faults, *contradictory])
def test_a_mistake_is_named_with_key_value_and_what_was_expected(
    edited: Callable[..., Path], edit: Edit, key: str, value: str, expected: str
) -> None:
    with pytest.raises(ProfileWrong) as refused:
        read_profile(edited(edit))
    found = [fault for fault in refused.value.faults if fault.key == key]
    assert found, refused.value.message
    assert value in found[0].value
    assert expected in found[0].expected
    assert str(found[0]) in refused.value.message


def test_all_mistakes_are_told_at_once(edited: Callable[..., Path]) -> None:
    edits = [edit for edit, *_ in type_faults[:1] + type_faults[4:5] + type_faults[7:8]]
    with pytest.raises(ProfileWrong) as refused:
        read_profile(edited(*edits))
    assert {fault.key for fault in refused.value.faults} == {
        "rules.hold_minutes",
        "rules.horizon_days",
        "rules.reminders[1].at",
    }
    assert "3 件" in refused.value.message


def test_the_unbroken_file_is_accepted(edited: Callable[..., Path]) -> None:
    assert read_profile(edited()).city.name == "見本市"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "必須"),
        (b"[city", "TOML"),
        (b'city = "mihon"', "表"),
        (b"\xff\xfe", "UTF-8"),
        ("[city]\nname = 見本市".encode(), "TOML"),
        (b"[city]\nslug = 'a'\nslug = 'b'", "TOML"),
        (b"x = 2026-13-40", "TOML"),
        (b"a = " + b"[" * 5000, "TOML"),
        (b"#" * 1_000_001, "バイト以下"),
    ],
)
def test_a_file_that_is_no_profile_is_refused(tmp_path: Path, content: bytes, expected: str) -> None:
    path = tmp_path / "wrong.toml"
    path.write_bytes(content)
    with pytest.raises(ProfileWrong, match=expected):
        read_profile(path)


def test_unknown_city_lists_the_available_ones() -> None:
    with pytest.raises(ProfileMissing, match="fukuoka、kitakyushu"):
        profile_path("osaka")


def test_a_name_cannot_reach_other_files() -> None:
    for name in ("../settings", "/etc/passwd", "config/settings.py", "", "missing.toml"):
        with pytest.raises(ProfileMissing):
            profile_path(name)


JAPANESE = re.compile(r"[぀-ヿ一-鿿]")
LINES = SMALL.read_text(encoding="utf-8").splitlines()
values = st.one_of(
    st.integers(), st.booleans(), st.floats(allow_nan=False), st.text(max_size=12), st.dates(), st.times(),
    st.lists(st.integers(), max_size=2), st.dictionaries(st.sampled_from("ab"), st.integers(), max_size=2),
)  # fmt: skip


def toml_of(value: object) -> str:
    match value:
        case bool():
            return str(value).lower()
        case str():
            return '"' + "".join(f"\\u{ord(c):04x}" if ord(c) < 0x10000 else f"\\U{ord(c):08x}" for c in value) + '"'
        case list():
            return f"[{', '.join(map(toml_of, value))}]"
        case dict():
            return "{" + ", ".join(f"{key} = {toml_of(held)}" for key, held in value.items()) + "}"
        case _:
            return str(value)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.integers(0, len(LINES) - 1), value=values, cut=st.booleans())
def test_any_line_may_hold_anything_and_is_accepted_or_refused_in_words(
    tmp_path: Path, place: int, value: object, cut: bool
) -> None:
    lines = LINES.copy()
    key = lines[place].partition(" = ")[0]
    lines[place : place + 1] = [] if cut else [f"{key} = {toml_of(value)}"]
    path = tmp_path / "any.toml"
    path.write_text("\n".join(lines), encoding="utf-8", errors="surrogatepass")
    try:
        read_profile(path)
    except ProfileWrong as refused:
        assert refused.faults
        assert all(fault.key and fault.value for fault in refused.faults)
        assert all(JAPANESE.search(fault.expected) for fault in refused.faults), refused.message
