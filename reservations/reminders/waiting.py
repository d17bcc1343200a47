"""What the start page says about calls."""

from django.urls import reverse

from accounts.models import User
from accounts.waiting import Waiting
from reservations.deadlines import start_of
from reservations.reminders.calls import next_day, open_calls


def reminder_calls_waiting(user: User) -> list[Waiting]:
    """People without mail whose day comes next. Two queries."""
    day = next_day(user)
    count = open_calls(user, day).count()
    return [Waiting("メールが届かない方への電話の案内", count, reverse("reservations:calls"), start_of(day))]
