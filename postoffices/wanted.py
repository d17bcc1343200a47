"""The rows a profile asks for, by natural key. Other rows are named by their codes."""

from datetime import time
from typing import Any

from postoffices.holidays import taken_over
from postoffices.profile import CompleteOffice, Profile, Spoken
from postoffices.reading import fingerprint
from postoffices.supply.spans import spans_of
from writing.languages import EASY, ENGLISH

Rows = dict[tuple[Any, ...], dict[str, Any]]

THE_CITY = 1


def translations(part: Spoken) -> dict[str, dict[str, Any]]:
    """The words of a part in other languages, by the language's code; what is not said is left out."""
    return {
        code: said
        for code, words in ((ENGLISH, part.en), (EASY, part.easy))
        if words and (said := words.model_dump(exclude_none=True))
    }


def city(profile: Profile) -> Rows:
    return {
        (THE_CITY,): {
            "slug": profile.city.slug,
            "name": profile.city.name,
            "translations": translations(profile.city),
            "settings": profile.rules.model_dump(mode="json"),
            "profile_sha256": fingerprint(profile),
        }
    }


def wards(profile: Profile) -> Rows:
    return {
        (ward.code,): {"name": ward.name, "translations": translations(ward), "position": place}
        for place, ward in enumerate(profile.wards, 1)
    }


def calendars(profile: Profile) -> Rows:
    return {
        (part.code,): {"kind": part.kind.value, "name": part.name, "closes_on_holidays": part.closes_on_holidays}
        for part in profile.calendars
    }


def weekly_hours(profile: Profile) -> Rows:
    return {
        (part.code, weekday, opens): {"closes": closes}
        for part in profile.calendars
        for weekday, periods in enumerate(part.weekly.by_weekday())
        for opens, closes in periods
    }


def closures(profile: Profile) -> Rows:
    return {
        (part.code, closure.first, closure.last, closure.yearly): {"reason": closure.reason}
        for part in profile.calendars
        for closure in part.closures
    }


def dated_openings(profile: Profile) -> Rows:
    return {
        (part.code, opening.day, opens): {"closes": closes}
        for part in profile.calendars
        for opening in part.openings
        for opens, closes in opening.hours
    }


def holidays(profile: Profile) -> Rows:
    return {(day,): {"name": name} for day, name in taken_over(profile.holidays).items()}


def procedures(profile: Profile) -> Rows:
    return {
        (part.code,): part.model_dump(exclude={"code", "en", "easy"})
        | {"position": place, "translations": translations(part)}
        for place, part in enumerate(profile.procedures, 1)
    }


def offices(profile: Profile) -> Rows:
    return {
        (office.code,): office_values(office) | {"position": place}
        for place, office in enumerate(profile.complete_offices(), 1)
    }


def office_values(office: CompleteOffice) -> dict[str, Any]:
    return {
        "name": office.name,
        "kind": office.kind.value,
        "ward__code": office.ward,
        "calendar__code": office.calendar,
        "address": office.address,
        "phone": office.phone,
        "opens_on": office.opens_on,
        "closes_on": office.closes_on,
        "takes_bookings": office.takes_bookings,
        "translations": translations(office),
    }


def capacity_periods(profile: Profile) -> Rows:
    return {
        (office.code, period.first): {
            "last_day": period.last,
            "slot_minutes": period.slot_minutes,
            "public_seats": period.public_seats,
            "internal_seats": period.internal_seats,
        }
        for office in profile.complete_offices()
        for period in office.capacity
    }


def office_procedures(profile: Profile) -> Rows:
    return {(office.code, procedure): {} for office in profile.complete_offices() for procedure in office.procedures}


def procedure_hours(profile: Profile) -> Rows:
    return {
        (office.code, part.procedure): {
            "weekly": [minutes(day) for day in part.weekly.by_weekday()] if part.weekly else None,
            "dates": {held.day.isoformat(): minutes(held.hours) for held in part.dates},
        }
        for office in profile.complete_offices()
        for part in office.procedure_hours
    }


def minutes(periods: list[tuple[time, time]]) -> list[list[int]]:
    """Periods as a JSON column holds them: minutes after midnight."""
    return [list(span) for span in spans_of(periods)]
