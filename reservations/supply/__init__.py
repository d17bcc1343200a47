"""Supply: the bookable times as the bureau edits them, and what becomes of the bookings that stand there."""
