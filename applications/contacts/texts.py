"""The city's approved texts, filled in for one applicant."""

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.utils import timezone, translation

from applications.due import due_days
from applications.models import DefectReason, ExistenceCheck
from postoffices.calendars import nearest_open
from postoffices.city import current_city
from postoffices.defects import DefectText
from writing.dates import long_day_text, time_text
from writing.languages import EASY, ENGLISH, JAPANESE, current_language
from writing.numbers import number_text

DAY_ENDS = time(17)


@dataclass(frozen=True, slots=True)
class Written:
    """A mail as it goes out."""

    title: str
    body: str
    language: str = JAPANESE

    @property
    def language_name(self) -> str:
        """Empty for Japanese, which needs no word."""
        return {ENGLISH: "英語", EASY: "やさしい日本語"}.get(self.language, "")


def texts() -> list[DefectText]:
    return current_city().rules.defects.texts


def is_approved(text: DefectText) -> bool:
    return text.approved_on is not None and text.approved_on <= timezone.localdate()


def text_called(code: str) -> DefectText | None:
    return next((text for text in texts() if text.code == code), None)


def answer_by(check: ExistenceCheck) -> datetime:
    """Until when the applicant is waited for after a mail: the end of a working day, but not past the visit."""
    return working_moment(current_city().rules.defects.reply_days, DAY_ENDS, check.reservation.slot.starts_at)


def working_moment(days: int, at: time, latest: datetime) -> datetime:
    """`at` on the first working day from so many days on, at the latest `latest`: then somebody answers."""
    day, table = timezone.localdate() + timedelta(days=days), due_days().table
    if table is not None:
        day = nearest_open(table, day, 1)
    return min(timezone.make_aware(datetime.combine(day, at)), latest)


def written(text: DefectText, check: ExistenceCheck) -> Written:
    """The text with this booking's facts, in the language of the booking where the city approved one.

    Braces in a name stay what they are: nothing is filled in twice.
    """
    language, words = text.in_language(check.reservation.language)
    with translation.override(language):
        facts = _facts(check)
        return Written(_filled(words.title, facts), _filled(words.body, facts), language)


def _facts(check: ExistenceCheck) -> dict[str, str]:
    """In the language that is set."""
    city, booking = current_city(), check.reservation
    moment, until = timezone.localtime(booking.slot.starts_at), timezone.localtime(answer_by(check))
    return {
        "氏名": booking.name,
        "予約番号": number_text(booking.number),
        "来局日時": f"{long_day_text(moment.date())} {time_text(moment)}",
        "拠点": booking.office.local_name,
        "手続き": booking.procedure.local_name,
        "不備": reason_said(DefectReason(check.defect_reason)),
        "返事の期限": f"{long_day_text(until.date())} {time_text(until)}",
        "市": city.local_name,
        "問い合わせ先": city.citizen_desk.local_name,
        "電話": city.citizen_desk.phone,
        "受付時間": city.citizen_desk.local_hours_text,
    }


# Staff read the reasons in Japanese only; these stand in mails.
REASONS = {
    ENGLISH: {
        DefectReason.NOT_FOUND: "We could not find you in the city's records",
        DefectReason.NAME_DIFFERS: "Your name differs from the city's records",
        DefectReason.BIRTH_DATE_DIFFERS: "Your date of birth differs from the city's records",
        DefectReason.ADDRESS_DIFFERS: "Your address differs from the city's records",
        DefectReason.MOVED_OUT: "You are recorded as having moved out of the city",
        DefectReason.NOT_ELIGIBLE: "This procedure does not apply to you",
        DefectReason.OTHER: "Something in your booking needs to be confirmed",
    },
    EASY: {
        DefectReason.NOT_FOUND: "市（し）の 記録（きろく）に あなたが 見（み）つかりません",
        DefectReason.NAME_DIFFERS: "名前（なまえ）が 市（し）の 記録（きろく）と ちがいます",
        DefectReason.BIRTH_DATE_DIFFERS: "生（う）まれた日（ひ）が 市（し）の 記録（きろく）と ちがいます",
        DefectReason.ADDRESS_DIFFERS: "住所（じゅうしょ）が 市（し）の 記録（きろく）と ちがいます",
        DefectReason.MOVED_OUT: "ほかの 市（し）に 引（ひ）っこした 記録（きろく）が あります",
        DefectReason.NOT_ELIGIBLE: "この 手続（てつづ）きは あなたには できません",
        DefectReason.OTHER: "予約（よやく）の 内容（ないよう）を たしかめたいです",
    },
}


def reason_said(reason: DefectReason) -> str:
    """In the language that is set."""
    return REASONS.get(current_language().code, {}).get(reason, str(reason.label))


def _filled(text: str, facts: dict[str, str]) -> str:
    return re.sub(r"\{([^{}]*)\}", lambda found: facts[found.group(1)], text)
