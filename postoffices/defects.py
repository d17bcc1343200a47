"""What a city decides about defects in bookings: its texts to applicants, and how often the bureau tries."""

import re
from datetime import date
from typing import Annotated, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from postoffices.strict import Code, Strict, Words
from writing.languages import EASY, ENGLISH, JAPANESE

# What a text to applicants may name, in braces; applications/contacts/texts.py fills it in.
PLACEHOLDERS = (
    "氏名",
    "予約番号",
    "来局日時",
    "拠点",
    "手続き",
    "不備",
    "返事の期限",
    "市",
    "問い合わせ先",
    "電話",
    "受付時間",
)


class MailWords(Strict):
    """Subject and text in one language."""

    title: Words
    body: Words

    @model_validator(mode="after")
    def only_known_placeholders(self) -> Self:
        for named in re.findall(r"\{([^{}]*)\}", self.title + self.body):
            if named not in PLACEHOLDERS:
                raise PydanticCustomError("placeholder", "{known} のどれか", {"known": "、".join(PLACEHOLDERS)})
        return self


class DefectText(MailWords):
    """A mail about a defect as the city approved it; without `approved_on` it can be read, not sent.

    `en` and `easy` are part of the approved text; who booked in a language that is missing gets the Japanese one.
    """

    code: Code
    name: Words
    approved_on: date | None = None
    en: MailWords | None = None
    easy: MailWords | None = None

    def in_language(self, code: str) -> tuple[str, MailWords]:
        """The language there is, and its words."""
        spoken = {ENGLISH: self.en, EASY: self.easy}.get(code)
        return (code, spoken) if spoken else (JAPANESE, self)


class Defects(Strict):
    """What the bureau does about a defect: after a mail it waits `reply_days`; `tries` before it may give up."""

    reply_days: Annotated[int, Field(ge=1, le=30)] = 2
    tries: Annotated[int, Field(ge=1, le=20)] = 2
    texts: list[DefectText] = []
