"""Recognising personal data in what is typed at a desk that handles none."""

import re
from datetime import date

from django.utils import timezone

from helpdesk.errors import PersonalDataRefused
from postoffices.city import current_city
from postoffices.models import Office
from reservations.numbers import is_number
from writing.dates import typed_year
from writing.text import HYPHENS, contains_my_number, digits, normalised_lines

_FIGURES = re.compile(rf"\d[\d() {HYPHENS}]{{6,16}}\d")
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+")
_DAY = re.compile(
    rf"(?P<year>(?:明治|大正|昭和|平成|令和|[MTSHRmtshr])\s*(?:\d{{1,2}}|元)|\d{{4}})\s*[年./{HYPHENS}]\s*\d{{1,2}}"
    rf"\s*[月./{HYPHENS}]\s*\d{{1,2}}"
)
_BIRTH_WORD = re.compile(r"生年月日|誕生日|生まれ")
PHONE_DIGITS = (10, 11)
NUMBER_DIGITS = 9
# Days at work are recent; whoever holds a card of their own was born before.
WORK_YEARS = 10


def refuse_personal(*texts: str) -> None:
    """Raises PersonalDataRefused for a telephone number that is no office's, a mail address, a day of birth, a
    booking number or a My Number. Names cannot be recognised; the form asks to leave them out."""
    for text in texts:
        unified = normalised_lines(text)
        if contains_my_number(unified) or _MAIL.search(unified):
            raise PersonalDataRefused
        if _BIRTH_WORD.search(unified) and _DAY.search(unified):
            raise PersonalDataRefused
        if any(_is_old(match["year"]) for match in _DAY.finditer(unified)):
            raise PersonalDataRefused
        if any(_is_persons(digits(figures)) for figures in _FIGURES.findall(unified)):
            raise PersonalDataRefused


def _is_old(year: str) -> bool:
    read = typed_year(year.replace(" ", ""))
    today: date = timezone.localdate()
    return read is not None and read < today.year - WORK_YEARS


def _is_persons(figures: str) -> bool:
    if len(figures) == NUMBER_DIGITS and is_number(figures):
        return True
    if len(figures) not in PHONE_DIGITS or not figures.startswith("0"):
        return False
    return figures not in _known_numbers()


def _known_numbers() -> set[str]:
    """Numbers of offices, desks and the places people are referred to: public, nobody's own."""
    rules = current_city().rules
    said = [rules.desks.citizen.phone, rules.desks.helpdesk.phone, *(place.phone for place in rules.counter.referrals)]
    offices = Office.objects.exclude(phone="").values_list("phone", flat=True)
    return {digits(number) for number in [*said, *offices]}
