"""Rules that hold before a profile is loaded, so that pages and tests of other rooms work without one."""

from datetime import date, time

from accounts.roles import Role
from postoffices.desks import Desk, Desks
from postoffices.rules import (
    Contract,
    Deadline,
    Deadlines,
    DueRule,
    Existence,
    Keep,
    Reminder,
    Reports,
    Review,
    Rules,
)

NEUTRAL_DEADLINE = Deadline(days_before=1, at=time(17))
NEUTRAL_DESK = Desk(name="お問い合わせ窓口", phone="000-000-0000", hours_text="平日 9:00〜17:00", calendar="helpdesk")
NEUTRAL_DUE = DueRule(open_days_after=1, calendar="contract")

# Names that the rooms' classification.py use; a profile must carry each.
RETENTION_NAMES = (
    "audit",
    "document",
    "hold",
    "image",
    "inquiry",
    "master",
    "message",
    "report",
    "reservation",
    "signature",
    "staff",
    "visit",
)

NEUTRAL_RULES = Rules(
    deadlines=Deadlines(book=NEUTRAL_DEADLINE, change=NEUTRAL_DEADLINE, cancel=Deadline(days_before=0, at=time(8))),
    horizon_days=60,
    hold_minutes=10,
    hold_extensions=3,
    reminders=[Reminder(days_before=1, at=time(9))],
    retention={name: Keep(years=1) for name in RETENTION_NAMES},
    existence=Existence(due_days_before=2),
    review=Review(due_minutes=5, lease_minutes=5),
    reports=Reports(daily=NEUTRAL_DUE, monthly=DueRule(day_of_next_month=20, if_closed="before", calendar="contract")),
    contract=Contract(begins=date(2000, 1, 1), ends=date(2099, 12, 31)),
    desks=Desks(
        citizen=NEUTRAL_DESK.model_copy(update={"mail": "callcenter@example.lg.jp"}),
        helpdesk=NEUTRAL_DESK.model_copy(update={"mail": "helpdesk@example.lg.jp"}),
    ),
    roles=list(Role),
)
