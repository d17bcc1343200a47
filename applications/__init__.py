"""Existence check, defects, application form, signature."""
