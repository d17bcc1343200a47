"""National holidays as proposals: what jpholiday says of a fiscal year, beside what the city has taken over."""

from dataclasses import dataclass
from datetime import date

from django.db import models

from postoffices.holidays import proposed_holidays
from postoffices.models import Holiday, HolidayDecision
from writing.dates import FIRST_MONTH_OF_FISCAL_YEAR


class Standing(models.TextChoices):
    TAKEN = "taken", "祝日とする"
    REFUSED = "refused", "祝日としない"
    OPEN = "open", "未決定"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A day; `from_profile` when only the profile has said so yet, `proposed` when jpholiday knows it."""

    day: date
    name: str
    standing: Standing
    from_profile: bool
    proposed: bool


def fiscal_year(day: date) -> int:
    """The fiscal year in which the day lies: from April."""
    return day.year if day.month >= FIRST_MONTH_OF_FISCAL_YEAR else day.year - 1


def year_bounds(year: int) -> tuple[date, date]:
    """First and last day of a fiscal year."""
    return date(year, FIRST_MONTH_OF_FISCAL_YEAR, 1), date(year + 1, FIRST_MONTH_OF_FISCAL_YEAR - 1, 31)


def proposals(year: int) -> list[Proposal]:
    """Every proposed or taken day of the fiscal year, in order (two queries)."""
    first, last = year_bounds(year)
    proposed = proposed_holidays(first, last)
    profile = dict(Holiday.objects.filter(day__range=(first, last)).values_list("day", "name"))
    decided = {held.day: held for held in HolidayDecision.objects.filter(day__range=(first, last))}
    names = {day: held.name for day, held in decided.items()} | profile | proposed
    return [
        Proposal(
            day, names[day], _standing(day, profile, decided), day not in decided and day in profile, day in proposed
        )
        for day in sorted(names)
    ]


def _standing(day: date, profile: dict[date, str], decided: dict[date, HolidayDecision]) -> Standing:
    if day in decided:
        return Standing.TAKEN if decided[day].taken else Standing.REFUSED
    return Standing.TAKEN if day in profile else Standing.OPEN


def decision_write(day: date, name: str, *, taken: bool) -> HolidayDecision:
    """Store the decision. Part of `reservations.supply.holidays.holidays_decide`, which fits the slots to it."""
    values = {"name": name, "taken": taken}
    return HolidayDecision.objects.update_or_create(day=day, defaults=values, create_defaults=values)[0]
