"""Places, procedures, calendars, capacity: where and when."""
