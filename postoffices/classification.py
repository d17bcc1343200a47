"""Classes of this room's fields."""

from audit.classification import classified

FIELDS = {
    "City": classified(
        public="id slug name translations", internal="settings profile_sha256 loaded_at", retention="master"
    ),
    "Ward": classified(public="id code name translations position", retention="master"),
    "Calendar": classified(public="id code kind name closes_on_holidays", retention="master"),
    "WeeklyHours": classified(public="id calendar weekday opens closes", retention="master"),
    "Closure": classified(public="id calendar first_day last_day yearly reason", retention="master"),
    "DatedOpening": classified(public="id calendar day opens closes", retention="master"),
    "Procedure": classified(
        public="id code name summary bring eligibility fee_note minutes units bookable_online position translations",
        retention="master",
    ),
    "Office": classified(
        public="id code name kind ward calendar procedures address phone opens_on closes_on takes_bookings position"
        " translations",
        retention="master",
    ),
    "CapacityPeriod": classified(
        internal="id office first_day last_day slot_minutes public_seats internal_seats", retention="master"
    ),
    "Holiday": classified(public="id day name", retention="master"),
    "DayRule": classified(
        public="id office day opening public_seats reason",
        internal="internal_seats slot_minutes changed_at",
        retention="master",
    ),
    "DayRulePeriod": classified(public="id rule opens closes", retention="master"),
    "DayRange": classified(
        public="id rule opens closes is_open public_seats reason", internal="internal_seats", retention="master"
    ),
    "ProcedureHours": classified(public="id office procedure weekly dates", retention="master"),
    "ProcedureWeek": classified(public="id office procedure weekly", internal="changed_at", retention="master"),
    "ProcedureDay": classified(
        public="id office procedure day periods reason", internal="changed_at", retention="master"
    ),
    "Stop": classified(public="id office starts_at ends_at reason", internal="made_at lifted_at", retention="master"),
    "DeadlineRule": classified(public="id office procedure step days_before at", retention="master"),
    "HorizonRule": classified(public="id days", internal="changed_at", retention="master"),
    "HolidayDecision": classified(public="id day name taken", internal="decided_at", retention="master"),
    "Posting": classified(internal="id office", personal="user", retention="staff"),
}
