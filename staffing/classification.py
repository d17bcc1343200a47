"""Classes of this room's fields."""

from audit.classification import classified

FIELDS = {
    "Worker": classified(
        internal="id key employment user joined_on left_on reminded_on registered_at",
        personal="name reading employer phone email qualifications",
        retention="staff",
    ),
    "Assignment": classified(internal="id worker role office first_day last_day", retention="staff"),
    "Absence": classified(
        internal="id key worker first_day last_day substitute recorded_at", personal="note", retention="staff"
    ),
    "Submission": classified(internal="id kind submitted_at submitted_by", personal="rows note", retention="staff"),
    # In use for as long as it stands there; whoever is taken out is deleted.
    "Contact": classified(
        internal="id key above position title worker confirmed_on confirmed_by",
        personal="name day_phone night_phone deputy_name deputy_phone",
        retention="master",
    ),
    "Oath": classified(
        internal="id key worker occasion state form prepared_at signed_on scan handed_in_on",
        personal="void_reason",
        retention="staff",
    ),
    "Meeting": classified(
        internal="id key kind starts_at minutes state notices planned_at closed_at",
        personal="title place guests",
        retention="report",
    ),
    "AgendaItem": classified(internal="id meeting position", personal="title text", retention="report"),
    "Attendee": classified(internal="id meeting user attended", retention="report"),
    "MeetingTask": classified(
        internal="id key meeting owner due_on state settled_at agreed_at", personal="text", retention="report"
    ),
    "Good": classified(
        internal="id key name number quantity unit provider state office place received_on returned_on registered_at",
        personal="note",
        retention="master",
    ),
    "GoodEvent": classified(internal="id good on what at by", retention="master"),
    "Stocktake": classified(internal="id begun_at begun_by finished_at", retention="master"),
    "StocktakeLine": classified(internal="id stocktake good expected counted", personal="note", retention="master"),
}
