"""Backups of database and vault, with the keys apart, and the way back into an empty installation."""
