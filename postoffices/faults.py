"""What is wrong with a profile, in the words of the person who edits it: key, value, what was expected."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from audit.errors import Refused
from postoffices.strict import Strict

LONGEST_VALUE = 60

# Pydantic's own error types; {..} are taken from the error's context.
EXPECTED = {
    "missing": "このキーは必須です",
    "string_type": '文字列（"…"）',
    "int_type": "整数",
    "bool_type": "true か false",
    "date_type": "日付（例 2026-09-01、引用符なし）",
    "list_type": "配列（[…]）",
    "dict_type": "表（[名前] の見出し、または {{ }}）",
    "model_type": "表（[名前] の見出し、または {{ }}）",
    "enum": "{expected} のどれか",
    "literal_error": "{expected} のどれか",
    "greater_than_equal": "{ge} 以上の数",
    "less_than_equal": "{le} 以下の数",
    "string_too_short": "空でない文字列",
    "too_short": "{min_length} 件以上",
    "string_pattern_mismatch": "形式 {pattern} に合う文字列",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One mistake in the file."""

    key: str
    value: str
    expected: str

    def __str__(self) -> str:
        return f"{self.key} = {self.value} … 正しくは: {self.expected}"


class ProfileWrong(Refused):
    """A profile that cannot be loaded; `faults` holds everything found."""

    def __init__(self, name: str, faults: Iterable[Fault]) -> None:
        self.faults = list(faults)
        lines = "\n".join(f"  {fault}" for fault in self.faults)
        super().__init__(f"プロファイル {name} に誤りが {len(self.faults)} 件あります。何も変更していません。\n{lines}")


class ProfileMissing(Refused):
    """There is no such profile."""


class OtherCity(Refused):
    """The database serves another city already."""


class RolesHeld(Refused):
    """The profile leaves out roles that people have."""


def shown(value: Any) -> str:
    """A value as it stands in the file, cut when long."""
    text = (
        "true"
        if value is True
        else "false"
        if value is False
        else f'"{value}"'
        if isinstance(value, str)
        else f"{value}"
    )
    text = text.replace("\n", " ")
    return text if len(text) <= LONGEST_VALUE else text[:LONGEST_VALUE] + "…"


def faults_of(error: ValidationError, document: Any) -> list[Fault]:
    """Pydantic's complaints, translated."""
    return [fault_of(detail, document) for detail in error.errors(include_url=False)]


def fault_of(detail: ErrorDetails, document: Any) -> Fault:
    value = "（ありません）" if detail["type"] == "missing" else shown(detail["input"])
    return Fault(key_path(detail["loc"], document), value, expected_text(detail))


def expected_text(detail: ErrorDetails) -> str:
    if detail["type"] == "extra_forbidden":
        return unknown_key(str(detail["loc"][-1]))
    if wanted := EXPECTED.get(detail["type"]):
        return wanted.format_map({**detail.get("ctx", {})})
    return detail["msg"]


def unknown_key(name: str) -> str:
    """What to say about a key that no part of a profile has."""
    near = get_close_matches(name, known_keys(), n=1)
    return f"このキーはありません（もしかして: {near[0]}）" if near else "このキーはありません。行を消してください"


def known_keys() -> list[str]:
    return sorted({name for part in parts_below(Strict) for name in part.model_fields})


def parts_below(part: type[Strict]) -> list[type[Strict]]:
    return [found for child in part.__subclasses__() for found in (child, *parts_below(child))]


def key_path(steps: Iterable[int | str], document: Any) -> str:
    """`offices[moji].ward`: entries of lists by their code, else by their place counted from 1."""
    path, here = "", document
    for step in steps:
        here = inside(here, step)
        if isinstance(step, int):
            code = here.get("code") if isinstance(here, dict) else None
            path += f"[{code}]" if isinstance(code, str) else f"[{step + 1}]"
        else:
            path += f".{step}" if path else str(step)
    return path or "（ファイル全体）"


def inside(held: Any, step: int | str) -> Any:
    """The entry of a list or table, or None."""
    if isinstance(step, int):
        return held[step] if isinstance(held, list) and step < len(held) else None
    return held.get(step) if isinstance(held, dict) else None
