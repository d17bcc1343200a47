"""Who did what, when: append-only events, and the field classes that protect personal data."""
