"""Parsing what staff ask for in the address."""

import re
from datetime import date

MONTH = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])")


def month_asked(text: str, today: date) -> date:
    """The first day of a month written as 2026-12; of this month when nothing sensible is asked for."""
    match = MONTH.fullmatch(text)
    return date(int(match[1]), int(match[2]), 1) if match else today.replace(day=1)
