"""Bringing a booking to mind before its day: by mail, by SMS, and by telephone for those whom neither reaches."""
