"""The city's approved texts, filled in for one applicant."""

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.utils import timezone

from applications.due import due_days
from applications.models import ExistenceCheck
from postoffices.calendars import nearest_open
from postoffices.city import current_city
from postoffices.defects import DefectText
from writing.dates import long_day_text, time_text
from writing.numbers import number_text

DAY_ENDS = time(17)


@dataclass(frozen=True, slots=True)
class Written:
    """A mail as it goes out."""

    title: str
    body: str


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
    """The text with this booking's facts. Braces in a name stay what they are: nothing is filled in twice."""
    city, booking = current_city(), check.reservation
    moment, until = timezone.localtime(booking.slot.starts_at), timezone.localtime(answer_by(check))
    facts = {
        "氏名": booking.name,
        "予約番号": number_text(booking.number),
        "来局日時": f"{long_day_text(moment.date())} {time_text(moment)}",
        "拠点": booking.office.name,
        "手続き": booking.procedure.name,
        "不備": check.get_defect_reason_display(),
        "返事の期限": f"{long_day_text(until.date())} {time_text(until)}",
        "市": city.name,
        "問い合わせ先": city.citizen_desk.name,
        "電話": city.citizen_desk.phone,
        "受付時間": city.citizen_desk.hours_text,
    }
    return Written(_filled(text.title, facts), _filled(text.body, facts))


def _filled(text: str, facts: dict[str, str]) -> str:
    return re.sub(r"\{([^{}]*)\}", lambda found: facts[found.group(1)], text)
