"""What the start page says of this room."""

from datetime import date, datetime, time

from django.db.models import Count, Min
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.waiting import Waiting
from postoffices.city import current_city
from staffing.calling import confirmed_since, contact_changes
from staffing.meeting import missing_this_month, month_of
from staffing.models import (
    Absence,
    Contact,
    Meeting,
    MeetingState,
    MeetingTask,
    Stocktake,
    TaskState,
    unsworn_accounts,
    unsworn_workers,
)
from staffing.roster import Change, roster_changes


def at_end_of(day: date | None) -> datetime | None:
    """The last minute of the day, local; None for None."""
    return timezone.make_aware(datetime.combine(day, time(23, 59))) if day else None


def to_submit(user: User) -> list[Waiting]:
    """Changes of which the city has not been told."""
    return [
        _changes("市に届け出ていない名簿の変更", roster_changes(), "staffing:roster"),
        _changes("市に届け出ていない緊急連絡網の変更", contact_changes(), "staffing:contacts"),
    ]


def _changes(label: str, changes: list[Change], page: str) -> Waiting:
    due = min((change.due for change in changes), default=None)
    return Waiting(label, len(changes), reverse(page), at_end_of(due))


def to_swear(user: User) -> list[Waiting]:
    """Who works without a signed oath, and which accounts are open without one."""
    accounts = unsworn_accounts(list(current_city().rules.staffing.sworn_roles)).count()
    address = reverse("staffing:oaths")
    return [
        Waiting("誓約書のない従事者", unsworn_workers().count(), address),
        Waiting("誓約書のない利用中の職員", accounts, address),
    ]


def to_keep_current(user: User) -> list[Waiting]:
    """Numbers to be confirmed again, and absences that nobody covers."""
    stale = Contact.objects.filter(confirmed_on__lt=confirmed_since()).count()
    open_absences = Absence.objects.to_come().filter(substitute__isnull=True).order_by()
    found = open_absences.aggregate(count=Count("pk"), first=Min("first_day"))
    return [
        Waiting("番号を確かめる時期の緊急連絡先", stale, reverse("staffing:contacts")),
        Waiting(
            "代わりの人が決まっていない休み", found["count"], reverse("staffing:roster"), at_end_of(found["first"])
        ),
    ]


def own_tasks(user: User) -> list[Waiting]:
    """What meetings gave the person to do. One query."""
    found = MeetingTask.objects.filter(owner=user, state=TaskState.OPEN).order_by()
    held = found.aggregate(count=Count("pk"), first=Min("due_on"))
    address = reverse("staffing:meetings")
    return [Waiting("会議で決まった自分の宿題", held["count"], address, at_end_of(held["first"]))]


def meetings_to_come(user: User) -> list[Waiting]:
    """Meetings that the person is asked to attend. One query."""
    asked = Meeting.objects.filter(
        state=MeetingState.NOTIFIED, attendees__user=user, starts_at__gte=timezone.now()
    ).order_by()
    held = asked.aggregate(count=Count("pk"), first=Min("starts_at"))
    return [Waiting("出席を求められている会議", held["count"], reverse("staffing:meetings"), held["first"])]


def to_minute(user: User) -> list[Waiting]:
    """Meetings whose record is missing, this month's meeting, and a count that goes on. Three queries."""
    address = reverse("staffing:meetings")
    past = Meeting.objects.filter(state=MeetingState.NOTIFIED, starts_at__lt=timezone.now()).count()
    open_minutes = Meeting.objects.filter(state=MeetingState.HELD).count()
    last = month_of(timezone.localdate())[1]
    going_on = Stocktake.objects.filter(finished_at__isnull=True).count()
    return [
        Waiting("出席を記録していない会議", past, address),
        Waiting("確定していない議事録", open_minutes, address),
        Waiting("今月まだ予定されていない定例会議", missing_this_month(), address, at_end_of(last)),
        Waiting("進行中の棚卸し", going_on, reverse("staffing:goods")),
    ]
