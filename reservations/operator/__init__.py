"""Bookings by telephone and at the counter: one page from the caller's wish to the number read out."""
