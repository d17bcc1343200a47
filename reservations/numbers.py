"""Booking numbers: eight random digits and a check digit, so that a slip on the phone is noticed.

The check digit is Luhn's (ISO/IEC 7812-1 annex B): it finds every single wrong digit and every swap of
neighbours but 0 and 9.
"""

import secrets

RANDOM_DIGITS = 8


def new_number() -> str:
    """Nine digits. Not unique by itself: the caller inserts, and draws again when the number is taken."""
    digits = f"{secrets.randbelow(10**RANDOM_DIGITS):0{RANDOM_DIGITS}d}"
    return digits + check_digit(digits)


def check_digit(digits: str) -> str:
    total = 0
    for position, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (2 if position % 2 == 0 else 1)
        total += doubled // 10 + doubled % 10
    return str(-total % 10)


def is_number(text: str) -> bool:
    """Whether `text` could be a booking number: nine ASCII digits, the last one right."""
    if len(text) != RANDOM_DIGITS + 1 or not (text.isascii() and text.isdigit()):
        return False
    return check_digit(text[:-1]) == text[-1]
