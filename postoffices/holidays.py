"""National holidays: proposals from jpholiday, which a city's profile takes over."""

from datetime import date

import jpholiday

from postoffices.profile import HolidaysPart


def proposed_holidays(first: date, last: date) -> dict[date, str]:
    """National holidays from `first` to `last`, both included, with days between and substitutes."""
    return dict(jpholiday.between(first, last))


def taken_over(part: HolidaysPart) -> dict[date, str]:
    """The city's holidays: the proposals without those dropped, and those added."""
    proposed = proposed_holidays(part.first, part.last) if part.take_over else {}
    kept = {day: name for day, name in proposed.items() if day not in part.drop}
    return kept | {added.day: added.name for added in part.add}
