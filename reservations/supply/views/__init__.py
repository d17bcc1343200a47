"""The screens of supply."""
