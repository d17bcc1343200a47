"""Keeping and letting go: backups and restores, rows erased by rule, the end of the contract."""
