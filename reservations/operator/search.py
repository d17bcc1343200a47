"""One field that understands what the caller names: booking number, telephone, birth date, reading or name."""

import re
from dataclasses import dataclass
from datetime import date

from django.db import models

from accounts.models import User
from audit.errors import Refused
from reservations.access import reservations_in_scope
from reservations.models import ReservationQuerySet
from reservations.numbers import is_number
from reservations.spelling import Packed, begins_with
from writing.dates import typed_year
from writing.forms import PHONE_DIGITS
from writing.text import HYPHENS, digits, katakana, normalised

NUMBER_DIGITS = 9
COMPACT_DATE_DIGITS = 8
_FIGURES = re.compile(rf"[\d\s(){HYPHENS}]+")
_ERA = r"(?:明治|大正|昭和|平成|令和|[MTSHRmtshr])"
_SEPARATOR = rf"\s*[年月./{HYPHENS}]\s*"
_DATE = re.compile(
    rf"(?P<year>{_ERA}\s*(?:\d{{1,2}}|元)|\d{{4}}){_SEPARATOR}(?P<month>\d{{1,2}}){_SEPARATOR}(?P<day>\d{{1,2}})日?"
)
_COMPACT_DATE = re.compile(r"(?<!\d)(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})(?!\d)")
_KANA = re.compile(r"[ァ-ヺー・ ]+")


class Kind(models.TextChoices):
    """What was understood. The log keeps this, never the text."""

    NUMBER = "number", "予約番号"
    PHONE = "phone", "電話番号"
    BIRTH_DATE = "birth_date", "生年月日"
    READING = "reading", "フリガナ"
    NAME = "name", "氏名"


class NotUnderstood(Refused):
    """The text is none of the things one can look for."""

    message = "予約番号（9桁）、電話番号、生年月日、フリガナ、氏名のどれかを入力してください。"


class NumberMistyped(Refused):
    """Nine digits whose check digit is wrong."""

    message = "予約番号の数字が合っていません。打ち間違いか聞き間違いがないか、もう一度確かめてください。"


class TooShort(Refused):
    """One character alone would list half the city."""

    message = "フリガナや氏名は2文字以上で入力してください。1文字の方は、生年月日も続けて入力してください。"


@dataclass(frozen=True, slots=True)
class Question:
    """`text` is a number or telephone in digits, or the beginning of a name without spaces.

    A birth date may stand alone or beside a name, which it then narrows.
    """

    kind: Kind
    text: str = ""
    birth_date: date | None = None

    @property
    def label(self) -> str:
        named = str(self.kind.label)
        return f"{named}と生年月日" if self.birth_date and self.kind is not Kind.BIRTH_DATE else named


def understand(typed: str) -> Question:
    """Raises NotUnderstood, NumberMistyped or TooShort."""
    text = normalised(typed)
    if found := _figures(text):
        return found
    birth_date, rest = _date_within(text)
    if birth_date and not rest:
        return Question(Kind.BIRTH_DATE, birth_date=birth_date)
    if not rest or any(char.isdecimal() for char in rest):
        raise NotUnderstood
    return _name(rest, birth_date)


def _figures(text: str) -> Question | None:
    """A booking number or a telephone number; None for anything else, dates written in figures too."""
    if not _FIGURES.fullmatch(text):
        return None
    figures = digits(text)
    if len(figures) in PHONE_DIGITS and figures.startswith("0"):
        return Question(Kind.PHONE, figures)
    if len(figures) != NUMBER_DIGITS:
        return None
    if not is_number(figures):
        raise NumberMistyped
    return Question(Kind.NUMBER, figures)


def _date_within(text: str) -> tuple[date | None, str]:
    """The date in the text and what stands beside it. Raises NotUnderstood for a day that does not exist."""
    match = _DATE.search(text) or _COMPACT_DATE.search(text)
    if match is None:
        return None, text
    year = typed_year(match["year"])
    try:
        found = date(year or 0, int(match["month"]), int(match["day"]))
    except ValueError:
        raise NotUnderstood from None
    return found, normalised(text[: match.start()] + " " + text[match.end() :])


def _name(text: str, birth_date: date | None) -> Question:
    packed = text.replace(" ", "")
    if len(packed) < 2 and birth_date is None:
        raise TooShort
    return Question(Kind.READING if _KANA.fullmatch(katakana(text)) else Kind.NAME, packed, birth_date)


def bookings_asked_for(user: User, question: Question) -> ReservationQuerySet:
    """The bookings that answer the question within the person's scope, newest first."""
    found = _matching(reservations_in_scope(user), question)
    return found.select_related("slot", "office", "procedure").order_by("-booked_at", "-pk")


def _matching(held: ReservationQuerySet, question: Question) -> ReservationQuerySet:
    if question.birth_date:
        held = held.filter(birth_date=question.birth_date)
    if question.kind is Kind.NUMBER:
        return held.filter(number=question.text)
    if question.kind is Kind.PHONE:
        return held.filter(phone=question.text)
    if question.kind is Kind.BIRTH_DATE:
        return held
    return _beginning(held, question.text)


def _beginning(held: ReservationQuerySet, text: str) -> ReservationQuerySet:
    """By reading or by name: names without a reading may be kana themselves, readings may be in letters."""
    named = held.alias(packed_reading=Packed("reading"), packed_name=Packed("name"))
    return named.filter(begins_with("packed_reading", katakana(text)) | begins_with("packed_name", text))
