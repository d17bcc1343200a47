"""On which days and for how long training may be, as the city's profile says."""

from datetime import date, datetime

from django.utils import timezone

from postoffices.calendars import ALWAYS_OPEN, Timetable, timetable
from postoffices.city import current_city
from postoffices.models import Calendar, Office
from training.errors import NotAClosingDay, NotAWorkday, OfficeMissing, WrongLength
from training.models import Course, CourseKind
from writing.dates import WEEKDAYS


def refuse_time(course: Course, starts_at: datetime, ends_at: datetime, office: Office | None) -> None:
    """Raises WrongLength, NotAClosingDay, NotAWorkday, OfficeMissing."""
    minutes = int((ends_at - starts_at).total_seconds() // 60)
    if not course.shortest_minutes <= minutes <= course.longest_minutes:
        raise WrongLength(
            f"この研修は{course.shortest_minutes}分から{course.longest_minutes}分です（いまは{minutes}分です）。"
        )
    day = timezone.localdate(starts_at)
    if course.kind == CourseKind.HANDS_ON:
        _refuse_hands_on(day)
    if course.kind == CourseKind.ON_SITE:
        if office is None:
            raise OfficeMissing
        _refuse_on_site(day)


def _refuse_hands_on(day: date) -> None:
    rules = current_city().rules.training
    if rules.hands_on_weekdays and day.isoweekday() not in rules.hands_on_weekdays:
        names = "・".join(f"{WEEKDAYS[number - 1]}曜日" for number in rules.hands_on_weekdays)
        raise NotAClosingDay(f"実機の研修は、{names}だけに行えます。別の日を選んでください。")
    if rules.hands_on_closed and table_of(rules.hands_on_closed).day(day).is_open:
        raise NotAClosingDay


def _refuse_on_site(day: date) -> None:
    rules = current_city().rules.training
    if rules.on_site_open and not table_of(rules.on_site_open).day(day).is_open:
        raise NotAWorkday


def table_of(code: str) -> Timetable:
    """The calendar's days. Before a profile is loaded there is none, and every day counts as open."""
    calendar = Calendar.objects.filter(code=code).first()
    return timetable(calendar) if calendar else ALWAYS_OPEN
