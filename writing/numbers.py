"""Numbers that people read aloud: telephone and reservation numbers in groups."""

import re

MOBILE = re.compile(r"(0[5789]0|000)(\d{4})(\d{4})")
FREE = re.compile(r"(0120|0800|0570)(\d{3})(\d{3,4})")
# Area codes of two digits; the rest of the country is close enough to three.
SHORT_AREA = re.compile(r"(0[36])(\d{4})(\d{4})")
FIXED = re.compile(r"(\d{3})(\d{3})(\d{4})")


def phone_text(number: str) -> str:
    """A telephone number's digits in groups; anything that is not ten or eleven digits stays as it is."""
    for pattern in (MOBILE, FREE, SHORT_AREA, FIXED):
        if match := pattern.fullmatch(number):
            return "-".join(match.groups())
    return number


def number_text(number: str) -> str:
    """A reservation number in groups of three, as it is read out: 123-456-789."""
    return "-".join(number[start : start + 3] for start in range(0, len(number), 3))
