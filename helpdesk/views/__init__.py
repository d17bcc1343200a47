"""The desks' pages."""
