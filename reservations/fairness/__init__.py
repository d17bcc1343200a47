"""Fairness: one booking per person, limits per contact, rates per network, a proof of work under attack."""
