"""A desk as the profile describes it: categories, clock, targets, and what it says when it is closed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from helpdesk.models import DeskCode, Priority, TargetVersion
from postoffices.calendars import ALWAYS_OPEN, NeverOpen, timetable
from postoffices.city import current_city
from postoffices.desks import CITIZEN_CATEGORIES, OFFICE_CATEGORIES, Category, Desk
from postoffices.models import Calendar
from postoffices.worktime import WorkClock
from writing.dates import day_text, time_text
from writing.languages import EASY, ENGLISH, current_language


def desk_of(code: str) -> Desk:
    """What the profile says of the desk."""
    desks = current_city().rules.desks
    return desks.citizen if code == DeskCode.CITIZEN else desks.helpdesk


def takes_personal_data(code: str) -> bool:
    """The post offices' desk handles none (Fukuoka 4(4)ア)."""
    return code == DeskCode.CITIZEN


def all_categories(code: str) -> Iterable[Category]:
    """With those that are retired, for names in lists and figures."""
    standard = CITIZEN_CATEGORIES if code == DeskCode.CITIZEN else OFFICE_CATEGORIES
    return desk_of(code).categories or standard


def categories(code: str) -> list[Category]:
    """Those that can be chosen, in the order of their keys."""
    return sorted((held for held in all_categories(code) if not held.retired), key=lambda held: held.key)


def category_name(desk: str, category: str) -> str:
    """What the category is called; its code when no profile names it any more."""
    return next((held.name for held in all_categories(desk) if held.code == category), category)


def local_category_name(category: Category) -> str:
    """In the language of the page."""
    spoken = {ENGLISH: category.en, EASY: category.easy}.get(current_language().code)
    return spoken or category.name


def clock_of(code: str) -> WorkClock:
    """The desk's working time. Before a profile is loaded there is no calendar, and every minute counts."""
    calendar = Calendar.objects.filter(code=desk_of(code).calendar).first()
    return WorkClock(timetable(calendar) if calendar else ALWAYS_OPEN)


def target_of(code: str, priority: str) -> TargetVersion:
    """The targets of this moment, as a row that never changes."""
    target = getattr(desk_of(code).targets, Priority(priority).value)
    version, _made = TargetVersion.objects.get_or_create(
        desk=code,
        priority=priority,
        respond_minutes=target.respond_minutes,
        resolve_minutes=target.resolve_minutes,
    )
    return version


@dataclass(frozen=True, slots=True)
class Now:
    """Whether the desk answers at this moment, what a telephone system says, and when it opens again (None: open)."""

    is_open: bool
    announcement: str
    next_opening: datetime | None


def desk_now(code: str, now: datetime | None = None) -> Now:
    """One reading of the desk's calendar."""
    now = now or timezone.now()
    desk, clock = desk_of(code), clock_of(code)
    if clock.is_open(now):
        return Now(True, f"お電話ありがとうございます。{desk.name}です。担当者におつなぎします。", None)
    try:
        opening = clock.next_opening(now)
    except NeverOpen:
        opening = None
    return Now(False, closed_words(desk, opening), opening)


def closed_words(desk: Desk, opening: datetime | None) -> str:
    said = desk.closed_text or f"{desk.name}です。ただいまの時間は受付時間外です。受付時間は、{desk.hours_text}です。"
    return f"{said}次の受付は、{day_text(opening)} {time_text(opening)}からです。" if opening else said
