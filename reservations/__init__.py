"""Slots, holds and bookings."""
