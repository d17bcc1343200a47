"""Which fields of the outbox say something about a person."""

from audit.classification import classified

FIELDS = {
    "Message": classified(
        internal=(
            "id channel purpose subject_type subject_id state not_before not_after by_day attempts claimed_until"
            " queued_at sent_at reply_to"
        ),
        personal="recipient title body in_reply_to",
        # A key may hold the number of a booking; the token decides whose claim counts.
        secret="key claim_token",
        retention="message",
    ),
    "Receipt": classified(internal="id message at state", personal="reason", retention="message"),
}
