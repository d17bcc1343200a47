"""How a benchmark tells its figures: one line each for people, or one JSON object each with `--json`."""

import json
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Figure:
    """`ratio` is the value over `limit`, which was measured in the same run; `bar` is the ratio to reach, if any."""

    name: str
    value: float
    unit: str
    limit: float | None
    ratio: float | None
    bar: float | None
    conditions: str

    @classmethod
    def against(
        cls, name: str, value: float, limit: float, *, unit: str, bar: float | None, conditions: str
    ) -> "Figure":
        ratio = value / limit if limit else 0.0
        return cls(name, round(value, 1), unit, round(limit, 1), round(ratio, 3), bar, conditions)

    def line(self) -> str:
        digits = 2 if self.unit == "ms" else 0
        text = f"{self.name:<34}{self.value:>9,.{digits}f} {self.unit}"
        if self.ratio is None:
            return text
        judged = "" if self.bar is None else f"  (bar {self.bar:.2f}: {'met' if self.ratio >= self.bar else 'MISSED'})"
        return f"{text}   {self.ratio:.2f} of {self.limit:,.0f}{judged}"


@dataclass(frozen=True)
class Latency:
    """`value` in milliseconds must stay under `limit`; `bare` is the least possible, measured in the same run."""

    name: str
    value: float
    limit: float
    bare: float
    conditions: str
    unit: str = "ms"

    @property
    def ratio(self) -> float:
        """How many times the least possible."""
        return round(self.value / self.bare, 1) if self.bare else 0.0

    def line(self) -> str:
        judged = "met" if self.value < self.limit else "MISSED"
        return (
            f"{self.name:<36}{self.value:>8.1f} {self.unit}   {self.ratio:.0f} x bare ({self.bare:.2f})"
            f"  (bar {self.limit:.0f}: {judged})"
        )


def show(figures: Sequence[Figure | Latency], *, as_json: bool) -> None:
    for figure in figures:
        if as_json:
            print(json.dumps(asdict(figure) | {"ratio": figure.ratio}, ensure_ascii=False), flush=True)
        else:
            print(figure.line(), flush=True)


def machine() -> str:
    return f"{platform.system()} {platform.machine()}, Python {platform.python_version()}"
