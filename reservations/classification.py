"""Classes of this room's fields."""

from audit.classification import classified

FIELDS = {
    "Slot": classified(
        public="office starts_at ends_at public_seats public_taken barred",
        internal="id internal_seats internal_taken",
        retention="reservation",
    ),
    "SupplyGap": classified(internal="id slots bookings checked_at", retention="master"),
    "Hold": classified(
        internal="id slot seat_kind procedure people units made_at expires_at extended",
        secret="token_hash",
        retention="hold",
    ),
    "Reservation": classified(
        internal="id slot office procedure seat_kind state channel cancel_reason booked_at changed_at cancelled_at"
        " changes language exclusive units party place speaks",
        personal="number name reading birth_date address phone email",
        secret="token_hash moved_token_hash person_key",
        retention="reservation",
    ),
    "FurtherSeat": classified(internal="id slot hold reservation place", retention="reservation"),
    "Bucket": classified(
        internal="key step subject tokens burst per_minute refilled_at day allowed refused passed", retention="hold"
    ),
    "Waiter": classified(
        internal="id procedure office ward first_day last_day people language state registered_at confirm_until slot"
        " offered_at answer_until called_at form_key",
        personal="email phone",
        secret="token_hash contact_key network_key link_hash offer_hash",
        retention="reservation",
    ),
    "Shield": classified(internal="id on changed_at", retention="master"),
    "PastEvent": classified(
        internal="id reservation position at action actor_kind actor_role detail", retention="reservation"
    ),
    "Orphaning": classified(
        internal="id reservation at reason stop told_at called_at", secret="link_hash", retention="reservation"
    ),
}
