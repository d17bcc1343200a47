"""Visits at the counter, from arrival to outcome."""
