"""Handing all bookings over to the next operator, and taking them over. The format stands in docs/handover.md."""
