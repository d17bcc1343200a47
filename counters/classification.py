"""Classes of this room's fields."""

from audit.classification import classified

FIELDS = {
    "Visit": classified(
        internal="id office procedure reservation application key state ticket_day ticket_number called_to arrived_at "
        "called_at serving_at submitted_at answered_at terminal_at terminal_done_at finished_at review_result outcome "
        "reason received_by finished_by",
        personal="note",
        retention="visit",
    ),
    "NumberSeries": classified(internal="id office kind period last", retention="visit"),
    "CashUp": classified(
        internal="id office day key cash_float expected counted pieces closed_at closed_by seen_at seen_by",
        personal="difference_reason",
        retention="report",
    ),
    "Receipt": classified(
        internal="id office fiscal_year number visit key total issued_at issued_by prints voided_at voided_by "
        "void_reason cash_up",
        retention="report",
    ),
    "Charge": classified(
        internal="id visit receipt fee_code fee_name amount exemption_code exemption_name charged_at voided",
        retention="report",
    ),
    "SupportWork": classified(internal="id office visit kind key done_at done_by taken_back_at", retention="visit"),
    "Referral": classified(
        internal="id visit number fiscal_year place_code place_name place_address place_phone place_hours things "
        "made_at",
        retention="visit",
    ),
    "WallScreen": classified(
        internal="id office kind name made_at made_by closed_at", secret="token_hash", retention="visit"
    ),
}
